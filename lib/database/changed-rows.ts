import {isDeepStrictEqual} from 'node:util';
import type {Table} from '../store/table';
import {forEachDifference} from '../store/tree/differences';
import type {Version} from '../store/version';
import {copyOut, type Row} from '../value/copy';

/** Copies of a row at two moments; undefined where it is not there. */
export interface ChangedRow {
  readonly before: Record<string, unknown> | undefined;
  readonly after: Record<string, unknown> | undefined;
}

/**
 * The rows of a table that are not the same in two versions, in the order of their
 * ids. O(rows that differ x log n) where one version came from the other.
 */
export function changedRows(
  before: Version,
  after: Version,
  name: string,
): ChangedRow[] {
  const changed: ChangedRow[] = [];
  const visit = (old: Row | undefined, row: Row | undefined): void => {
    if (isDeepStrictEqual(old, row)) return;
    changed.push({
      before: old && copyOut(old),
      after: row && copyOut(row),
    });
  };
  const former = before.tables.get(name);
  const table = after.tables.get(name);
  if (former !== undefined && table !== undefined && haveSameIds(former, table))
    forEachDifference(former.rows, table.rows, (_, old, row) =>
      visit(old, row),
    );
  else {
    former?.rows.forEach(row => visit(row, undefined));
    table?.rows.forEach(row => visit(undefined, row));
  }
  return changed;
}

function haveSameIds(a: Table, b: Table): boolean {
  return isDeepStrictEqual(a.schema.primaryKey, b.schema.primaryKey);
}

/** The names of the tables that are in one of some versions. */
export function tableNames(...versions: readonly Version[]): string[] {
  const names = new Set<string>();
  for (const {tables} of versions) {
    tables.forEach(({schema}) => void names.add(schema.name));
  }
  return [...names];
}
