import {isDeepStrictEqual} from 'node:util';
import {InMemoryError} from '../base/errors';
import {isObject} from '../base/objects';
import {diff} from '../schema/diff';
import {noRules} from '../schema/rules';
import {columnType, type TableSchema} from '../schema/schema';
import type {DataFileContent} from '../persistence/data-file/text';
import type {KeptTable} from '../persistence/data-file/reader';
import type {RecoveredTable} from '../persistence/recovered-table';
import {withHiddenNumbers} from '../store/hidden-numbers';
import {requireIds} from '../store/redefined-table';
import {type RowChange, type Table, withHiddenId} from '../store/table';
import type {Key} from '../store/tree/key-order';
import {
  apply,
  type Change,
  emptyVersion,
  findTable,
  type Version,
} from '../store/version';
import {coerce, type ColumnType, isScalar} from '../value/coerce';
import {convert} from '../value/convert';
import {copyOut, extensibleCopy, getOwn, type Row, setOwn} from '../value/copy';
import type {Dialect} from '../value/dialect';
import {castRow} from './row-casts';
import {recoveredRow} from './rows';

/** Gives values of a row of a data file the classes that they had. */
export type MendRow = (row: Record<string, unknown>) => void;

/**
 * The changes that put the rows of a data file into a table, which is empty. Where
 * the file says for what they were written, of values of other types by now those
 * are converted that can be converted back; the others wait for a migration. Fails
 * with NOT_NULL_VIOLATION or INVALID_VALUE where a row has no id for what it is by now.
 */
export function recoveredRows(
  version: Version,
  recovered: Pick<FileRows, 'forEach' | 'name' | 'schema'>,
  mend: MendRow = () => undefined,
): Change[] {
  const table = findTable(version, recovered.name)!;
  const writtenFor = recovered.schema ?? table.schema;
  const retyped = retypedScalars(writtenFor, table.schema);
  const hasOtherId =
    String(writtenFor.primaryKey) !== String(table.schema.primaryKey);
  const isHidden = table.schema.primaryKey.length === 0;
  const rows: Row[] = [];
  const keys: Key[] = [];
  recovered.forEach(
    (row, keyOf) => {
      // The row may be asked for again, when the model is another one.
      const isKept = retyped.length > 0;
      const own = isKept
        ? extensibleCopy(row)
        : (row as Record<string, unknown>);
      mend(own);
      castRow(own, writtenFor, 'file');
      convertReversibly(own, retyped);
      // The key under which it stands is the former id.
      if (hasOtherId) requireIds(own, table.schema);
      if (isHidden) keys.push(keyOf());
      rows.push(isHidden ? own : recoveredRow(own, keyOf, table));
    },
    (value, property) =>
      value === null ? null : coerce(value, columnType(table.schema, property)),
  );
  if (rows.length === 0) return [];
  const changes = (isHidden ? withHiddenNumbers(rows, keys) : rows).map(
    row => ({kind: 'insert', row}) as const,
  );
  return [{kind: 'rows', table: recovered.name, changes}];
}

/** A column with another type than before, both without inner structure. */
interface Retyped {
  readonly name: string;
  readonly from: ColumnType;
  readonly to: ColumnType;
}

function retypedScalars(before: TableSchema, after: TableSchema): Retyped[] {
  return Object.entries(after.columns)
    .map(([name, to]) => ({name, from: columnType(before, name), to}))
    .filter(({from, to}) => from !== to && isScalar(from) && isScalar(to));
}

/** Converts values of a row that lead back from what they become to what they are. */
function convertReversibly(
  row: Record<string, unknown>,
  retyped: readonly Retyped[],
): void {
  for (const {from, name, to} of retyped) {
    const given = getOwn(row, name) ?? null;
    if (given === null) continue;
    const there = convert(given, to);
    const back = convert(there.value, from);
    const isSame = isDeepStrictEqual(back.value, given);
    if (there.isExact && back.isExact && isSame) setOwn(row, name, there.value);
  }
}

/**
 * The changes that give some properties of the rows of a table the types that are
 * declared now, as if the rows were read from a data file. O(rows).
 */
export function recastRows(
  {ids, rows, schema}: Table,
  names: readonly string[],
  mend: MendRow,
): Change[] {
  const changes: RowChange[] = [];
  rows.forEach(row => {
    if (!names.some(name => isObject(getOwn(row, name)))) return;
    const cast = copyOut(row);
    mend(cast);
    castRow(cast, schema, 'file');
    const next = extensibleCopy(row);
    for (const name of names) {
      if (Object.hasOwn(row, name)) setOwn(next, name, cast[name]);
    }
    if (isDeepStrictEqual(next, {...row})) return;
    const id = ids.keyOf(row);
    const isHidden = schema.primaryKey.length === 0;
    const own = isHidden ? withHiddenId(next, id) : next;
    changes.push({kind: 'update', id, row: own});
  });
  return changes.length === 0
    ? []
    : [{kind: 'rows', table: schema.name, changes}];
}

/**
 * The changes that convert rows of a file, which were converted to what was
 * declared of the table when they were read, to what is declared now.
 */
export function reconvertedRows(
  before: Table,
  {ids, kept, rows, schema}: Table,
): Change[] {
  if (kept === undefined) return [];
  const back = retypedScalars(before.schema, kept);
  const forth = retypedScalars(kept, schema);
  const changes: RowChange[] = [];
  rows.forEach(row => {
    const next = extensibleCopy(row);
    convertReversibly(next, back);
    convertReversibly(next, forth);
    if (isDeepStrictEqual(next, {...row})) return;
    const id = ids.keyOf(row);
    const isHidden = schema.primaryKey.length === 0;
    const own = isHidden ? withHiddenId(next, id) : next;
    changes.push({kind: 'update', id, row: own});
  });
  return changes.length === 0
    ? []
    : [{kind: 'rows', table: schema.name, changes}];
}

/**
 * What a data file is to hold: the tables of a version, and those that came with
 * the file and of which there is no model, or none that fits.
 */
export function fileContent(
  version: Version,
  recovered: ReadonlyMap<string, RecoveredTable>,
  rest: Pick<DataFileContent, 'unknown' | 'sequences'>,
): DataFileContent {
  const kept = new Map<string, KeptTable>();
  const sequences = new Map(rest.sequences);
  let whole = version;
  for (const [name, table] of recovered) {
    if (findTable(version, name) !== undefined) continue;
    if (table.kept !== undefined) kept.set(name, table.kept);
    else {
      whole = withTable(whole, table);
      sequences.set(name, table.nextSequence);
    }
  }
  return {...rest, version: whole, kept, sequences};
}

/** Tables without a model; their rows do not change. */
const withoutModel = new WeakMap<RecoveredTable, Table>();

const unknown = {primaryKey: ['id'], columns: {}};

/** A version with a table of which only the rows and their ids are known. */
function withTable(version: Version, recovered: RecoveredTable): Version {
  let table = withoutModel.get(recovered);
  if (table === undefined) {
    table = tableOf(recovered, version.dialect);
    withoutModel.set(recovered, table);
  }
  const tables = version.tables.ownedBy({});
  tables.set(recovered.name, table);
  return {...version, tables};
}

/** The rows that files have of a table, and what they tell of them. */
export type FileRows = Pick<
  RecoveredTable,
  'forEach' | 'name' | 'primaryKey' | 'schema'
>;

/**
 * A table of which no model is left, with its rows and nothing else; what is not
 * known of them they have from `assumed`.
 */
export function tableOf(
  recovered: FileRows,
  dialect: Dialect,
  assumed: Pick<TableSchema, 'primaryKey' | 'columns' | 'nested'> = unknown,
): Table {
  const primaryKey =
    recovered.primaryKey ?? (recovered.schema ?? assumed).primaryKey;
  try {
    return tableUnder(primaryKey, recovered, dialect, assumed);
  } catch (error) {
    if (!(error instanceof InMemoryError)) throw error;
    // A model with other ids may have written rows, and was not migrated to.
    return tableUnder([], recovered, dialect, assumed);
  }
}

function tableUnder(
  primaryKey: readonly string[],
  recovered: FileRows,
  dialect: Dialect,
  assumed: Pick<TableSchema, 'columns' | 'nested'>,
): Table {
  const {name, schema: kept} = recovered;
  const {columns, nested} = kept ?? assumed;
  const schema: TableSchema = {
    name,
    primaryKey,
    idGeneration: 'none',
    columns,
    ...(nested && {nested}),
    indexes: [],
    foreignKeys: [],
    ...noRules,
  };
  const steps = diff(undefined, schema);
  const change = {kind: 'schema', table: name, steps} as const;
  const next = apply(emptyVersion(dialect), [change]);
  const rows = recoveredRows(next, recovered);
  return {...findTable(apply(next, rows), name)!, kept};
}
