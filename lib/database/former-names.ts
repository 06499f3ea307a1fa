import {InMemoryError, show} from '../base/errors';
import type {RecoveredTable} from '../persistence/recovered-table';
import {renamedColumns, withNames} from '../schema/diff';
import type {TableSchema} from '../schema/schema';
import type {Table} from '../store/table';
import {extensibleCopy, type Row, setOwn} from '../value/copy';
import type {Dialect} from '../value/dialect';
import {type FileRows, type MendRow, tableOf} from './file-rows';

/**
 * Finds the former names of columns under which rows stand, where nothing was kept
 * of their schema: names that some of the rows have, while none has the new one.
 */
export class FormerNames {
  private readonly seen = new Set<string>();
  private readonly watched: readonly string[];

  /** `formers` has the former names by the new ones. */
  constructor(readonly formers: Readonly<Record<string, string>>) {
    this.watched = [...Object.keys(formers), ...Object.values(formers)];
  }

  /** Takes note of a row. */
  note(row: Row): void {
    for (const name of this.watched) {
      if (!this.seen.has(name) && Object.hasOwn(row, name)) this.seen.add(name);
    }
  }

  /** The new names by the former ones, of the rows that were noted. */
  get found(): Map<string, string> {
    const {formers, seen} = this;
    const found = new Map<string, string>();
    for (const [name, former] of Object.entries(formers)) {
      // It may be that two properties have each other's former name.
      if (Object.hasOwn(formers, former)) continue;
      if (seen.has(former) && !seen.has(name)) found.set(former, name);
    }
    return found;
  }
}

/** A table as a migration finds it. */
export interface MigrationSource {
  readonly table: Table;
  /** Whether the version has it, and not only the files. */
  readonly isInVersion: boolean;
  /** Whether rows may be other ones than the files have. */
  readonly isRecast: boolean;
  /** Columns whose names were found to be former ones, the new ones by them. */
  readonly renamed?: ReadonlyMap<string, string>;
}

/** What becomes of a table that only the files have. */
export interface FileTarget {
  readonly schema: TableSchema;
  /** The former names of columns by the new ones. */
  readonly formers: Readonly<Record<string, string>>;
  readonly mend: MendRow;
}

/** A table of the files as a migration finds it, with the new names of columns. */
export function sourceInFiles(
  recovered: RecoveredTable,
  dialect: Dialect,
  {formers, mend, schema}: FileTarget,
): Omit<MigrationSource, 'isRecast'> {
  const {name, primaryKey, schema: kept} = recovered;
  const renamed =
    kept === undefined
      ? formerNamesOf(recovered, formers)
      : renamedColumns(kept, schema, {columns: formers});
  const rows: FileRows = {
    name,
    primaryKey: primaryKey?.map(each => renamed.get(each) ?? each),
    schema: kept && withNames(kept, renamed),
    // The files are to go on having the rows as they are.
    forEach: (visit, cast) =>
      recovered.forEach((row, keyOf) => {
        const own = extensibleCopy(row);
        renameIn(own, renamed);
        mend(own);
        visit(own, keyOf);
      }, cast),
  };
  const table = {...tableOf(rows, dialect, schema), kept};
  return {table, isInVersion: false, renamed};
}

/** The new names by the former ones, where the rows of files have the former. */
function formerNamesOf(
  recovered: RecoveredTable,
  formers: FileTarget['formers'],
): Map<string, string> {
  const noted = new FormerNames(formers);
  recovered.forEach(row => noted.note(row));
  return noted.found;
}

function renameIn(
  row: Record<string, unknown>,
  names: ReadonlyMap<string, string>,
): void {
  for (const [former, name] of names) {
    if (!Object.hasOwn(row, former)) continue;
    setOwn(row, name, row[former]);
    delete row[former];
  }
}

/** Refuses columns of rows that are there to have other names from now on. */
export function refuseRenamed(
  {kept, rows, schema}: Table,
  next: TableSchema,
  unnamed: FileTarget['formers'],
): void {
  const others = Object.entries(unnamed).filter(
    ([column]) => !Object.hasOwn(schema.columns, column),
  );
  if (others.length === 0) return;
  const formers = new FormerNames(Object.fromEntries(others));
  rows.forEach(row => formers.note(row));
  refuseFormerColumns(kept, formers, next);
}

/** Refuses rows of files that stand under the former names of columns. */
export function refuseFormerRows(
  recovered: RecoveredTable,
  schema: TableSchema,
  unnamed: FileTarget['formers'],
): void {
  if (Object.keys(unnamed).length === 0) return;
  const formers = new FormerNames(unnamed);
  const {schema: kept} = recovered;
  if (kept === undefined) recovered.forEach(row => formers.note(row));
  refuseFormerColumns(kept, formers, schema);
}

/**
 * Fails with INVALID_MODEL where the rows of a table stand under the names that its
 * columns had before they got their own: nobody would find them.
 */
function refuseFormerColumns(
  kept: TableSchema | undefined,
  noted: FormerNames,
  schema: TableSchema,
): void {
  const {formers: columns} = noted;
  const found =
    kept === undefined ? noted.found : renamedColumns(kept, schema, {columns});
  const [first] = found;
  if (first === undefined) return;
  const [former, column] = first;
  throw new InMemoryError(
    'INVALID_MODEL',
    `its rows have ${show(former)}, and the model names the column ` +
      `${show(column)}.`,
    {table: schema.name, value: former},
  );
}

/**
 * Fails with INVALID_MODEL where a table that is not there has the rows of one, for
 * which it is the new name: it would seem to be empty.
 */
export function refuseFormerTable(
  former: RecoveredTable | undefined,
  name: string,
): void {
  if (former === undefined || former.size === 0) return;
  throw new InMemoryError(
    'INVALID_MODEL',
    `they stand in the table ${show(former.name)}, and the model names the ` +
      `table ${show(name)}.`,
    {table: name, value: former.name},
  );
}
