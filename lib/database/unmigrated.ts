import {InMemoryError, wordsOf} from '../base/errors';
import type {TableSchema} from '../schema/schema';

/** A declared schema that the rows of its table contradict. */
export interface Unmigrated {
  readonly schema: TableSchema;
  readonly reason: InMemoryError;
}

/** The error of whoever uses such a table. */
export function unusable(table: string, {reason}: Unmigrated): InMemoryError {
  const {id, value} = reason.details;
  return new InMemoryError(
    'INVALID_MODEL',
    `${table} cannot be used: its rows contradict its new definition ` +
      `(${wordsOf(reason)}) Run autoupdate, which converts them or ` +
      'lists those in the way, automigrate, which deletes them, or go back ' +
      'to the former definition.',
    {...reason.details, table, value, id},
  );
}
