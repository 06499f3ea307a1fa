import {isDeepStrictEqual} from 'node:util';
import {isObject} from '../base/objects';
import {diff} from '../schema/diff';
import {noRules} from '../schema/rules';
import {columnType, type TableSchema} from '../schema/schema';
import type {DataFileContent} from '../persistence/data-file/text';
import type {KeptTable} from '../persistence/data-file/reader';
import type {RecoveredTable} from '../persistence/recovered-table';
import {type RowChange, type Table, withHiddenId} from '../store/table';
import {
  apply,
  type Change,
  emptyVersion,
  findTable,
  type Version,
} from '../store/version';
import {coerce} from '../value/coerce';
import {copyOut, extensibleCopy, getOwn, setOwn} from '../value/copy';
import type {Dialect} from '../value/dialect';
import {castRow} from './row-casts';
import {recoveredRow} from './rows';

/** Gives values of a row of a data file the classes that they had. */
export type MendRow = (row: Record<string, unknown>) => void;

/** The changes that put the rows of a data file into a table, which is empty. */
export function recoveredRows(
  version: Version,
  recovered: RecoveredTable,
  mend: MendRow = () => undefined,
): Change[] {
  const table = findTable(version, recovered.name)!;
  const {schema} = table;
  const changes: RowChange[] = [];
  recovered.forEach(
    (row, keyOf) => {
      const own = row as Record<string, unknown>;
      mend(own);
      changes.push({kind: 'insert', row: recoveredRow(own, keyOf, table)});
    },
    (value, property) =>
      value === null ? null : coerce(value, columnType(schema, property)),
  );
  return changes.length === 0
    ? []
    : [{kind: 'rows', table: recovered.name, changes}];
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

function tableOf(recovered: RecoveredTable, dialect: Dialect): Table {
  const {name, primaryKey = ['id']} = recovered;
  const schema: TableSchema = {
    name,
    primaryKey,
    idGeneration: 'none',
    columns: {},
    indexes: [],
    foreignKeys: [],
    ...noRules,
  };
  const steps = diff(undefined, schema);
  const change = {kind: 'schema', table: name, steps} as const;
  const next = apply(emptyVersion(dialect), [change]);
  return findTable(apply(next, recoveredRows(next, recovered)), name)!;
}
