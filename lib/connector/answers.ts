import type {Written} from '../database/statements';
import type {Callback} from './loopback';

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
