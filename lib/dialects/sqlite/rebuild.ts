import {
  type SchemaChange,
  type Version,
  withHiddenId,
} from '../../database/database';
import type {NativeColumn} from '../../schema/schema';
import {type Row, setOwn} from '../../value/copy';
import type {MadeTable} from '../ddl';
import type {ModelFacts} from '../dialect';
import type {MeetHazard} from '../hazards';
import {isNull} from '../relational/conditions';
import {type Affinity, affinityOf, converted, textOf} from './affinity';
import {rowIdOf} from './columns';
import {notNullFailed, sqliteError, uniqueFailed} from './errors';
import {folded, isRowIdName, tableNameOf} from './names';
import {nativeColumn, rowIdType} from './native-columns';
import {
  creationOf,
  hiddenRowIdOf,
  indexedTable,
  tableCalled,
  takenNames,
  type TakenNames,
} from './tables';

/**
 * The changes of loopback-connector-sqlite3's `_alterTable`. It goes by the name of
 * the model, whatever its table is called, and by those of properties, whatever
 * their columns are called. Fails as SQLite does.
 */
export function rebuilding(
  version: Version,
  model: ModelFacts,
  meet: MeetHazard,
): SchemaChange[] {
  const name = model.name.toLowerCase();
  const old = tableCalled(version, name);
  if (old === undefined) throw noTable(name);
  const taken = takenNames(version);
  rename(name, `${name}_old`, taken);
  const next = indexedTable(model, taken);
  // It is the one that is filled.
  if (folded(tableNameOf(model)) !== folded(name)) throw noTable(name);
  const rows = rowsOf(version, old);
  const sources = sourcesIn(model, old);
  if (rows.length > 0) meetTexts(model, sources, meet);
  const copies = copied(rows, sources, next);
  const isMoved = old.name !== next.name;
  return [
    ...(isMoved ? [{kind: 'drop', table: old.name} as const] : []),
    ...creationOf(version, next, copies),
  ];
}

function noTable(name: string): Error {
  return sqliteError('SQLITE_ERROR', `no such table: ${name}`);
}

/** Indexes keep their names, and so are not made anew: they go with the old table. */
function rename(name: string, to: string, {indexes, tables}: TakenNames): void {
  if (tables.has(folded(to)) || indexes.has(folded(to))) {
    throw sqliteError(
      'SQLITE_ERROR',
      `there is already another table or index with this name: ${to}`,
    );
  }
  tables.delete(folded(name));
  tables.add(folded(to));
}

/** Rows in the order of their numbers. */
function rowsOf(version: Version, table: MadeTable): Row[] {
  const rows: Row[] = [];
  version.tables.get(table.name)!.rows.forEach(row => void rows.push(row));
  const hidden = hiddenRowIdOf(table.native, table.primaryKey);
  return hidden === undefined
    ? rows
    : rows.sort((a, b) => (a[hidden] as number) - (b[hidden] as number));
}

/** What a column of the new table is filled with. */
interface Source {
  readonly column: NativeColumn;
  readonly affinity: Affinity;
  /** The name that SQLite takes for a text, as the old table has no such column. */
  readonly text?: string;
  readonly valueIn: (row: Row, number: number) => unknown;
}

function sourcesIn({properties}: ModelFacts, {native, primaryKey}: MadeTable) {
  const old = new Map(
    Object.entries(native.columns).map(
      ([key, column]) => [folded(key), {key, column}] as const,
    ),
  );
  const numbered = hiddenRowIdOf(native, primaryKey) ?? primaryKey[0];
  return properties.map((property): Source => {
    const column = nativeColumn(property);
    const name = property.name.toLowerCase();
    const found = old.get(folded(name));
    if (found !== undefined) {
      const {key, column: from} = found;
      const affinity = affinityOf(from.type);
      return {column, affinity, valueIn: row => row[key] ?? null};
    }
    return isRowIdName(name)
      ? {
          column,
          affinity: 'integer',
          valueIn: (row, number) =>
            numbered === undefined ? number : row[numbered],
        }
      : {column, affinity: 'blob', text: name, valueIn: () => name};
  });
}

function meetTexts(
  {name: model}: ModelFacts,
  sources: readonly Source[],
  meet: MeetHazard,
): void {
  const texts = sources.flatMap(({text}) => (text === undefined ? [] : [text]));
  if (texts.length === 0) return;
  meet(model, {
    what:
      'autoupdate of loopback-connector-sqlite3 fills columns of which the old ' +
      `table of ${model} has none with their names: each row there is gets the ` +
      `text "${texts.join('", "')}"`,
    instead:
      'Add columns by ALTER TABLE in production, and call automigrate() here',
  });
}

/** The rows of the new table. Fails at the first that SQLite refuses. */
function copied(
  rows: readonly Row[],
  sources: readonly Source[],
  {native, primaryKey}: MadeTable,
): Row[] {
  const [id] = primaryKey;
  const hidden = hiddenRowIdOf(native, primaryKey);
  const seen = new Set<unknown>();
  let greatest = 0;
  return rows.map((old, i) => {
    const row: Record<string, unknown> = {};
    for (const {affinity, column, valueIn} of sources) {
      const to = affinityOf(column.type);
      const value = stored(valueIn(old, i + 1), affinity, to);
      const isRowId = column.type === rowIdType;
      const own = isRowId ? (rowIdOf(value) ?? greatest + 1) : value;
      if (isRowId) greatest = Math.max(greatest, own as number);
      setOwn(row, column.name, own);
    }
    const empty = sources.find(
      ({column}) => !column.isNullable && isNull(row[column.name]),
    );
    if (empty !== undefined) throw notNullFailed(empty.column, native);
    if (id === undefined) return withHiddenId(row, i + 1);
    if (seen.has(row[id])) throw uniqueFailed(id, native.name);
    seen.add(row[id]);
    if (hidden !== undefined) setOwn(row, hidden, i + 1);
    return row;
  });
}

/** A value of a column of one affinity in one of another. */
function stored(value: unknown, from: Affinity, to: Affinity): unknown {
  return to === 'text' && typeof value === 'number'
    ? textOf(value, from)
    : converted(value, to);
}
