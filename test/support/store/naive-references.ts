import {rowVersionAfter} from '../../../lib/schema/rules';
import type {ForeignKey, TableSchema} from '../../../lib/schema/schema';
import type {RowChange} from '../../../lib/store/table';
import type {Change} from '../../../lib/store/version';
import type {Row} from '../../../lib/value/copy';
import {repeatsKey} from './naive-table';

/** The rows of all tables. All values are numbers or null, all ids `id`. */
export type NaiveTables = Readonly<Record<string, readonly Row[]>>;

interface Tracked {
  readonly table: string;
  readonly old?: Row;
  given?: Row | undefined;
  row?: Row | undefined;
}

interface Link {
  readonly child: string;
  readonly key: ForeignKey;
  readonly property: string;
  readonly parentProperty: string;
}

class Refused extends Error {}

type Refusal = 'FOREIGN_KEY_VIOLATION' | 'NOT_NULL_VIOLATION';

/**
 * The twin of `withReferences` followed by `apply`. Returns the rows after the
 * set, or the error's code.
 */
export function changeNaively(
  schemas: readonly TableSchema[],
  tables: NaiveTables,
  changes: readonly Change[],
): NaiveTables | Refusal | 'DUPLICATE_KEY' {
  const after = followNaively(schemas, tables, changes);
  if (typeof after === 'string') return after;
  return schemas.some(schema => repeatsKey(schema, after[schema.name]!))
    ? 'DUPLICATE_KEY'
    : after;
}

/**
 * The rows after a change set and all that follows from it by foreign keys,
 * whether or not they keep the other rules: it looks at all rows of all tables
 * again and again. Foreign keys have one property, of which a table has no two
 * foreign keys.
 */
export function followNaively(
  schemas: readonly TableSchema[],
  tables: NaiveTables,
  changes: readonly Change[],
): NaiveTables | Refusal {
  const links = schemas.flatMap(({name, foreignKeys}) =>
    foreignKeys.map(key => ({
      child: name,
      key,
      property: key.properties[0]!,
      parentProperty: key.parentProperties[0]!,
    })),
  );
  const rows = track(tables, changes);
  try {
    deleteChildren(rows, links);
    changeKeys(rows, links);
    for (const link of links) requireParents(rows, link);
  } catch (error) {
    if (error instanceof Refused) return 'FOREIGN_KEY_VIOLATION';
    throw error;
  }
  if (rows.some(({row}) => row?.['id'] === null)) return 'NOT_NULL_VIOLATION';
  return Object.fromEntries(
    schemas.map(({name, version}) => [
      name,
      rows
        .filter(each => each.table === name && each.row)
        .map(each => (version === undefined ? each.row! : next(each, version)))
        .sort((a, b) => Number(a['id']) - Number(b['id'])),
    ]),
  );
}

/** A row in the end, as the next version of itself if an action changed it. */
function next({old, given, row}: Tracked, version: string): Row {
  const before = old?.[version];
  return row === given || row![version] !== before
    ? row!
    : {...row, [version]: rowVersionAfter(before)};
}

/** Every row before and after the set itself; a set has a table once. */
function track(tables: NaiveTables, changes: readonly Change[]): Tracked[] {
  const rows: Tracked[] = Object.entries(tables).flatMap(([table, all]) =>
    all.map(old => ({table, old, row: old})),
  );
  for (const change of changes) {
    if (change.kind === 'truncate') {
      const all = rows.filter(({table}) => table === change.table);
      for (const each of all) each.row = undefined;
    } else if (change.kind === 'rows') {
      for (const each of change.changes) trackRow(rows, change.table, each);
    }
  }
  for (const each of rows) each.given = each.row;
  return rows;
}

function trackRow(rows: Tracked[], table: string, change: RowChange): void {
  if (change.kind === 'insert') {
    rows.push({table, row: change.row});
    return;
  }
  const target = rows.find(
    each => each.table === table && each.old?.['id'] === change.id,
  );
  target!.row = change.kind === 'update' ? change.row : undefined;
}

/** The rows that follow a row of the parent. */
function linked(rows: readonly Tracked[], link: Link, parent: Tracked) {
  const {property, child, parentProperty, key} = link;
  if (parent.table !== key.parent || !parent.old) return [];
  const value = parent.old[parentProperty];
  if (value === null) return [];
  return rows.filter(
    ({table, old, given, row}) =>
      table === child &&
      row !== undefined &&
      old?.[property] === value &&
      given![property] === value,
  );
}

/** Calls for each parent and foreign key with the rows that follow it. */
function forEachLink(
  rows: readonly Tracked[],
  links: readonly Link[],
  parents: readonly Tracked[],
  visit: (link: Link, children: readonly Tracked[]) => void,
): void {
  for (const parent of parents) {
    for (const link of links) visit(link, linked(rows, link, parent));
  }
}

function deleteChildren(
  rows: readonly Tracked[],
  links: readonly Link[],
): void {
  let gone = rows.filter(each => each.old && !each.row);
  const all = [...gone];
  while (gone.length > 0) {
    const next = new Set<Tracked>();
    forEachLink(rows, links, gone, ({key}, children) => {
      if (key.onDelete === 'restrict' && children.length > 0) {
        throw new Refused();
      }
      if (key.onDelete !== 'cascade') return;
      for (const child of children) next.add(child);
    });
    for (const child of next) child.row = undefined;
    gone = [...next];
    all.push(...gone);
  }
  forEachLink(rows, links, all, ({key, property}, children) => {
    if (key.onDelete !== 'setNull') return;
    for (const child of children) child.row = {...child.row, [property]: null};
  });
}

/** Hands keys on until nothing changes any more. */
function changeKeys(rows: readonly Tracked[], links: readonly Link[]): void {
  const changeAny = () =>
    rows
      .flatMap(parent => links.map(link => changeKey(rows, link, parent)))
      .includes(true);
  while (changeAny());
}

function changeKey(
  rows: readonly Tracked[],
  link: Link,
  parent: Tracked,
): boolean {
  const {property, parentProperty, key} = link;
  if (!parent.row || !parent.old) return false;
  const next = parent.row[parentProperty];
  if (next === parent.old[parentProperty]) return false;
  if (key.onUpdate === 'noAction') return false;
  let isChanged = false;
  for (const child of linked(rows, link, parent)) {
    if (key.onUpdate === 'restrict') throw new Refused();
    const value = key.onUpdate === 'cascade' ? next : null;
    if (child.row![property] === value) continue;
    child.row = {...child.row, [property]: value};
    isChanged = true;
  }
  return isChanged;
}

function requireParents(rows: readonly Tracked[], link: Link): void {
  const {child, key, property, parentProperty} = link;
  for (const {table, row} of rows) {
    if (table !== child || !row || row[property] === null) continue;
    const isThere = rows.some(
      each =>
        each.table === key.parent &&
        each.row?.[parentProperty] === row[property],
    );
    if (!isThere) throw new Refused();
  }
}
