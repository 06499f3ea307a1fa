import type {Written} from '../database/statements';
import type {Callback, ModelClass} from './loopback';

/** Is called back with how many rows a statement concerned. */
export type CountCallback = Callback<{count: number}>;

/** Is called back with a row, and with whether it is new. */
export type WriteCallback = (
  error: Error | null,
  row?: Record<string, unknown>,
  info?: {isNewInstance: boolean},
) => void;

/** What is called with a number of rows, or with whether there was one. */
export function counted(
  callback: CountCallback,
): (error: Error | null, count?: number | boolean) => void {
  return (error, count) =>
    error ? callback(error) : callback(null, {count: Number(count)});
}

/** What is called with a row that was written. */
export function written(
  callback: WriteCallback,
): (error: Error | null, written?: Written) => void {
  return (error, written) => {
    if (error || !written) callback(error);
    else callback(null, written.row, {isNewInstance: written.isNew});
  };
}

/** Adds related rows to those of a model, by its own resolver. */
export function included(
  model: ModelClass,
  rows: Record<string, unknown>[],
  {include, options}: {readonly include: unknown; readonly options: object},
  callback: Callback<Record<string, unknown>[]>,
): void {
  if (!include) callback(null, rows);
  else model.include(rows, include, options, callback as Callback<object[]>);
}
