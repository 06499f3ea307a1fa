import {InMemoryError, show} from '../base/errors';
import type {RecoveredTable} from '../persistence/recovered-table';
import {withNames} from '../schema/diff';
import {
  entangled,
  inverse,
  oneToOne,
  renamedAtOnce,
  renamedColumns,
} from '../schema/renames';
import type {TableSchema} from '../schema/schema';
import type {Table} from '../store/table';
import {extensibleCopy, type Row, setOwn} from '../value/copy';
import type {Dialect} from '../value/dialect';
import {type FileRows, type MenderOf, type MendRow, tableOf} from './file-rows';

/**
 * Finds the former names of columns under which rows stand, where nothing was kept
 * of their schema: names that some of the rows have, while none has the new one.
 */
export class FormerNames {
  private readonly seen = new Set<string>();
  private readonly watched: readonly string[];

  /** `formers` has the former names by the new ones, which `schema` declares. */
  constructor(
    readonly formers: Readonly<Record<string, string>>,
    private readonly schema: TableSchema,
  ) {
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
    const {formers, schema, seen} = this;
    const {columns, swaps = {}} = schema;
    // Where columns have each other's former names, nothing tells in rows.
    const told = Object.entries(formers).filter(
      ([name]) => !Object.hasOwn(swaps, name),
    );
    return renamedAtOnce(
      Object.fromEntries(told),
      name => seen.has(name),
      name => Object.hasOwn(columns, name),
    );
  }
}

/** A table as a migration finds it. */
export interface MigrationSource {
  readonly table: Table;
  /** Whether the version has it, and not only the files. */
  readonly isInVersion: boolean;
  /** Whether rows may be other ones than the files have. */
  readonly isRecast: boolean;
}

/** What becomes of a table that only the files have. */
export interface FileTarget {
  readonly schema: TableSchema;
  /** The former names of columns by the new ones. */
  readonly formers: Readonly<Record<string, string>>;
  readonly menderOf: MenderOf;
}

/** A table of the files as a migration finds it, with the former names of columns. */
export function sourceInFiles(
  recovered: RecoveredTable,
  dialect: Dialect,
  {formers, menderOf, schema}: FileTarget,
): Omit<MigrationSource, 'isRecast'> {
  const {name, primaryKey, schema: kept} = recovered;
  const renamed =
    kept === undefined
      ? formerNamesOf(recovered, formers, schema)
      : renamedColumns(kept, schema, {columns: formers});
  const mend = menderOf(kept && withNames(kept, renamed));
  const rows: FileRows = {
    name,
    primaryKey,
    schema: kept,
    // The files are to go on having the rows as they are.
    forEach: (visit, cast) =>
      recovered.forEach(
        (row, keyOf) => visit(mendedUnder(renamed, row, mend), keyOf),
        cast,
      ),
  };
  const former = withNames(schema, inverse(renamed));
  return {table: {...tableOf(rows, dialect, former), kept}, isInVersion: false};
}

/** The new names by the former ones, where the rows of files have the former. */
function formerNamesOf(
  recovered: RecoveredTable,
  formers: FileTarget['formers'],
  schema: TableSchema,
): Map<string, string> {
  const noted = new FormerNames(formers, schema);
  recovered.forEach(row => noted.note(row));
  return noted.found;
}

/** A copy of a row that was mended under the new names of its columns. */
function mendedUnder(
  renamed: ReadonlyMap<string, string>,
  row: Row,
  mend: MendRow,
): Record<string, unknown> {
  const names = oneToOne(renamed);
  const own = names.size === 0 ? extensibleCopy(row) : under(names, row);
  mend(own);
  return names.size === 0 ? own : under(inverse(names), own);
}

function under(
  names: ReadonlyMap<string, string>,
  row: Row,
): Record<string, unknown> {
  const renamed: Record<string, unknown> = {};
  for (const name of Object.keys(row)) {
    setOwn(renamed, names.get(name) ?? name, row[name]);
  }
  return renamed;
}

/** Refuses columns of rows that are there to have other names from now on. */
export function refuseRenamed(
  {kept, rows, schema}: Table,
  next: TableSchema,
  unnamed: FileTarget['formers'],
): void {
  const {columns} = schema;
  const woven = entangled(unnamed);
  const others = Object.entries(unnamed).filter(
    ([column]) =>
      !Object.hasOwn(columns, column) || Object.hasOwn(woven, column),
  );
  if (others.length === 0) return;
  const formers = new FormerNames(Object.fromEntries(others), next);
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
  const formers = new FormerNames(unnamed, schema);
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
