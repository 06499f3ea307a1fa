import type {Row} from '../value/copy';
import type {CopyModel} from './copy-models';

/** Whether rows come from it, or go there. */
export type Role = 'source' | 'target';

/** Rows of a table that were not copied, for none of the given models is theirs. */
export interface LeftOut {
  readonly table: string;
  readonly rows: number;
}

/** What rows are copied from, and to: a data file, or a database by its datasource. */
export interface Endpoint {
  /** What it is called in messages. */
  readonly name: string;
  /** The models of its tables. */
  models(): Promise<readonly CopyModel[]>;
  /** The rows that are not of these models, where that can be told. */
  othersThan(models: readonly CopyModel[]): Promise<readonly LeftOut[]>;
  /** Makes ready for these models; returns by what their rows come and go. */
  define(models: readonly CopyModel[]): Endpoint;
  /** How many rows there are of a model; undefined where its table is missing. */
  count(model: CopyModel): Promise<number | undefined>;
  /** Makes the tables of models, or lets tables without rows be what these say. */
  migrate(models: readonly CopyModel[]): Promise<void>;
  /** All rows of a model, some at a time, in the order of their ids. */
  batches(model: CopyModel, size: number): AsyncIterable<readonly Row[]>;
  /** Those rows that have the ids of some rows. */
  withIdsOf(model: CopyModel, rows: readonly Row[]): Promise<readonly Row[]>;
  /** Adds rows, whose ids must not be there. */
  add(model: CopyModel, rows: readonly Row[]): Promise<void>;
  /** Has all that was added stay, and generated ids go on behind it. */
  finish(models: readonly CopyModel[]): Promise<void>;
  /** Ends the use of it. */
  close(): Promise<void>;
}
