import {Cut} from '../../store/tree/key-order';
import type {Table} from '../../store/table';
import {stop} from '../../store/tree/tree';
import type {Row} from '../../value/copy';

/** What a slice may hold: about a millisecond's work, unless a row is huge. */
export const sliceLimits = {rows: 256, characters: 64 * 1024} as const;

/**
 * Visits the rows of a table by id, and yields after each slice, so that a
 * million rows need not be visited at a stretch. `visit` returns how many
 * characters it made of the row.
 */
export function* rowSlices(
  table: Table,
  visit: (row: Row, id: unknown) => number,
): Generator<void> {
  const isComposite = table.schema.primaryKey.length > 1;
  let low: Cut | undefined;
  do {
    let rows = 0;
    let characters = 0;
    let next: Cut | undefined;
    table.rows.scan({low}, false, (row, id) => {
      characters += visit(row, id);
      rows++;
      const isFull =
        rows >= sliceLimits.rows || characters >= sliceLimits.characters;
      if (!isFull) return undefined;
      next = new Cut(isComposite ? (id as unknown[]) : [id], 'after');
      return stop;
    });
    yield;
    low = next;
  } while (low !== undefined);
}
