import {isDeepStrictEqual} from 'node:util';
import {InMemoryError} from '../base/errors';
import {isObject} from '../base/objects';
import {diff} from '../schema/diff';
import {noRules} from '../schema/rules';
import {areSameInside} from '../schema/same-inside';
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
import type {ForeignRows} from './foreign-rows';
import {isHeld} from '../value/holds';
import {castOfRows, castRow} from './row-casts';
import {recoveredRow} from './rows';

/** Gives values of a row of a data file the classes that they had. */
export type MendRow = (row: Record<string, unknown>) => void;

/**
 * What mends rows that were written for a schema, which is known where it was
 * kept: what had another type then had none of the classes.
 */
export type MenderOf = (kept: TableSchema | undefined) => MendRow;

/**
 * The changes that put the rows of a data file into a table, which is empty. Where
 * the file says for what they were written, values are read as that. Of those that
 * have another type by now those are converted that can be converted back; the
 * others wait for a migration. What a model has written since for another type
 * stays as long as that is declared. Fails with NOT_NULL_VIOLATION or INVALID_VALUE
 * where a row has no id for what it is by now.
 */
export function recoveredRows(
  version: Version,
  recovered: Pick<FileRows, 'forEach' | 'kinds' | 'name' | 'schema'>,
  mend: MendRow = () => undefined,
  foreign?: ForeignRows,
): Change[] {
  const table = findTable(version, recovered.name)!;
  const writtenFor = recovered.schema ?? table.schema;
  const retyped = retypedScalars(writtenFor, table.schema);
  const origin = recovered.schema === undefined ? 'file' : 'kept';
  const cast = castOfRows(writtenFor, origin, {
    stands: standing(writtenFor, table.schema),
    kinds: recovered.kinds,
  });
  const hasOtherId =
    String(writtenFor.primaryKey) !== String(table.schema.primaryKey);
  const isHidden = table.schema.primaryKey.length === 0;
  const changes: RowChange[] = [];
  const hiddenRows: Row[] = [];
  const keys: Key[] = [];
  recovered.forEach(
    (row, keyOf) => {
      // The row may be asked for again, when the model is another one.
      const isKept = retyped.length > 0 || foreign !== undefined;
      const own = isKept
        ? extensibleCopy(row)
        : (row as Record<string, unknown>);
      mend(own);
      cast(own);
      if (recovered.schema !== undefined) foreign?.read(own);
      convertReversibly(own, retyped);
      foreign?.take(own, keyOf());
      // The key under which it stands is the former id.
      if (hasOtherId) requireIds(own, table.schema);
      if (isHidden) {
        keys.push(keyOf());
        hiddenRows.push(own);
      } else {
        changes.push({kind: 'insert', row: recoveredRow(own, keyOf, table)});
      }
    },
    (value, property) =>
      value === null ? null : coerce(value, columnType(table.schema, property)),
  );
  foreign?.throwIfAny(version.dialect.name);
  for (const row of withHiddenNumbers(hiddenRows, keys)) {
    changes.push({kind: 'insert', row});
  }
  if (changes.length === 0) return [];
  return [{kind: 'rows', table: recovered.name, changes}];
}

/** What tells values that are as they are declared in columns with another type. */
function standing(
  before: TableSchema,
  after: TableSchema,
): ((name: string, value: unknown) => boolean) | undefined {
  const others = new Map<string, ColumnType>();
  for (const name of Object.keys(before.columns)) {
    const type = columnType(after, name);
    const isSame =
      type === columnType(before, name) && areSameInside(before, after, name);
    if (!isSame) others.set(name, type);
  }
  if (others.size === 0) return undefined;
  return (name, value) => {
    const type = others.get(name);
    return type !== undefined && isHeld(type, value);
  };
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
 * declared now, as if the rows were read from a data file. Where it is known for
 * what they were written, only what is read as the same then has them. O(rows).
 */
export function recastRows(
  table: Table,
  names: readonly string[],
  mend: MendRow,
  kept: TableSchema | undefined,
): Change[] {
  const {schema} = table;
  return changesOf(table, row => {
    if (!names.some(name => isObject(getOwn(row, name)))) return undefined;
    const next = extensibleCopy(row);
    const cast = mended(row, mend);
    castRow(cast, schema, kept === undefined ? 'file' : 'kept');
    const before = kept && castRow(mended(row, mend), kept, 'kept');
    const after = kept && castRow(copyOut(cast), kept, 'kept');
    for (const name of names) {
      if (!Object.hasOwn(row, name)) continue;
      const isSame = isDeepStrictEqual(before?.[name], after?.[name]);
      if (isSame) setOwn(next, name, cast[name]);
    }
    return next;
  });
}

function mended(row: Row, mend: MendRow): Record<string, unknown> {
  const copy = copyOut(row);
  mend(copy);
  return copy;
}

/**
 * The changes that convert rows of a file, which were converted to what was
 * declared of the table when they were read, to what is declared now.
 */
export function reconvertedRows(
  before: Table,
  table: Table,
  mend: MendRow,
): Change[] {
  const {kept, schema} = table;
  if (kept === undefined) return [];
  const back = retypedScalars(before.schema, kept);
  const forth = retypedScalars(kept, schema);
  return changesOf(table, row => {
    const next = mended(row, mend);
    convertReversibly(next, back);
    convertReversibly(next, forth);
    return next;
  });
}

/** The changes that make of rows of a table what they are to be instead. */
function changesOf(
  {ids, rows, schema}: Table,
  converted: (row: Row) => Record<string, unknown> | undefined,
): Change[] {
  const isHidden = schema.primaryKey.length === 0;
  const changes: RowChange[] = [];
  rows.forEach(row => {
    const next = converted(row);
    if (next === undefined || isDeepStrictEqual(next, {...row})) return;
    const id = ids.keyOf(row);
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
> &
  Partial<Pick<RecoveredTable, 'kinds'>>;

/**
 * A table with rows that were converted to what a model declared of it, as they
 * are for the schema that is kept.
 */
export function asKept(
  {ids, kept, rows, schema}: Table,
  dialect: Dialect,
): Table {
  const {name, primaryKey} = schema;
  const forEach: FileRows['forEach'] = visit =>
    rows.forEach(row => visit(copyOut(row), () => ids.keyOf(row)));
  return tableOf({name, primaryKey, schema: kept, forEach}, dialect);
}

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
