import {assert} from '../base/assert';
import {columnWords} from '../base/column-words';
import {InMemoryError, show} from '../base/errors';
import {
  beginsWith,
  haveSameNames,
  indexBeginningWith,
  isKeyOf,
  isUniqueOn,
  pathsOf,
} from '../schema/foreign-keys';
import type {ForeignKey} from '../schema/schema';
import {equalValues} from '../value/compare';
import {type Row, setOwn} from '../value/copy';
import type {Dialect} from '../value/dialect';
import {compileValueAt} from '../value/path';
import {Cut, type Key, type KeyOrder, tupleOrder} from './tree/key-order';
import {textTupleOrder} from './tree/text-key-order';
import {idsInSlices} from './posting';
import {indexNamed, type Table} from './table';
import {stop, type Tree} from './tree/tree';

/** The values of a foreign key's properties, in its order; null for missing. */
export type KeyValues = readonly unknown[];

/** A foreign key, prepared for reading its values from rows. */
export interface Reference {
  readonly key: ForeignKey;
  /** The name of the child's table. */
  readonly child: string;
  /** What a row of the child refers to. */
  readonly valuesOf: (row: Row) => KeyValues;
  /** What rows that refer to a row of the parent have. */
  readonly parentValuesOf: (row: Row) => KeyValues;
  /** The order of such values. */
  readonly order: KeyOrder;
  /** Whether two lists of them are equal. */
  readonly areSame: (a: KeyValues, b: KeyValues) => boolean;
}

/** The foreign keys of all tables, by the tables that they are about. */
export interface References {
  readonly ofChild: ReadonlyMap<string, readonly Reference[]>;
  readonly ofParent: ReadonlyMap<string, readonly Reference[]>;
}

/** No foreign keys. */
export const noReferences: References = {
  ofChild: new Map(),
  ofParent: new Map(),
};

/**
 * The foreign keys that tables declare. Those whose parent is not there, or not
 * with the key that they refer to, hold nothing and are left out. O(tables).
 */
export function referencesOf(
  tables: Tree<Table>,
  {texts}: Pick<Dialect, 'texts'>,
): References {
  const ofChild = new Map<string, Reference[]>();
  const ofParent = new Map<string, Reference[]>();
  tables.forEach(({schema}) => {
    for (const key of schema.foreignKeys) {
      const parent = tables.get(key.parent)?.schema;
      if (!parent || !isKeyOf(parent, key.parentProperties)) continue;
      const reference = {
        key,
        child: schema.name,
        valuesOf: compileValues(key.properties),
        parentValuesOf: compileValues(key.parentProperties),
        ...comparisonOf(key.properties.length, texts),
      };
      append(ofChild, schema.name, reference);
      append(ofParent, key.parent, reference);
    }
  });
  return ofChild.size === 0 ? noReferences : {ofChild, ofParent};
}

function comparisonOf(
  count: number,
  texts: Dialect['texts'],
): Pick<Reference, 'areSame' | 'order'> {
  const directions = Array.from({length: count}, (): 1 => 1);
  if (texts === undefined) return {order: tupleOrder(directions), areSame};
  const order = textTupleOrder(directions, texts);
  return {order, areSame: (a, b) => order(a, b) === 0};
}

function compileValues(properties: readonly string[]): (row: Row) => KeyValues {
  const getters = properties.map(name => compileValueAt([name]));
  return row => getters.map(get => get(row) ?? null);
}

function append<T>(lists: Map<string, T[]>, name: string, element: T): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [element]);
  else list.push(element);
}

/** Whether values refer to a row: with a null among them they do not. */
export function isComplete(values: KeyValues): boolean {
  return !values.includes(null);
}

function areSame(a: KeyValues, b: KeyValues): boolean {
  return a.every((value, i) => equalValues(value, b[i]));
}

/** The foreign keys by which a row refers to another row than before. */
export function newReferences(
  references: readonly Reference[],
  old: Row | undefined,
  row: Row,
): Reference[] {
  return references.filter(({areSame, valuesOf}) => {
    const values = valuesOf(row);
    if (!isComplete(values)) return false;
    return old === undefined || !areSame(valuesOf(old), values);
  });
}

/** The row that complete values refer to, or undefined. O(log n). */
export function findParent(
  parent: Table,
  {key}: Reference,
  values: KeyValues,
): Row | undefined {
  const {parentProperties} = key;
  const wanted = rowWith(parentProperties, values);
  if (haveSameNames(parent.schema.primaryKey, parentProperties)) {
    return parent.rows.get(parent.ids.keyOf(wanted));
  }
  const index = parent.indexes.find(({keys}) =>
    isUniqueOn(keys.definition, parentProperties),
  );
  assert(index !== undefined, 'what is referred to is unique');
  // Complete keys of a unique index have one row, so a posting is its id.
  const id = index.entries.get(index.keys.keyOf(wanted));
  return id === undefined ? undefined : parent.rows.get(id);
}

function rowWith(properties: readonly string[], values: KeyValues): Row {
  const row: Record<string, unknown> = {};
  for (const [i, name] of properties.entries()) setOwn(row, name, values[i]);
  return row;
}

/** A row of a child and its id. */
type Child = readonly [id: Key, row: Row];

/**
 * The rows that refer to `values`, some at a time. O(log n) and the rows found.
 */
export function* childBatches(
  child: Table,
  {key}: Reference,
  values: KeyValues,
): Generator<readonly Child[], void, void> {
  const {primaryKey} = child.schema;
  const rangeOf = (names: readonly string[]) => {
    const ordered = names
      .slice(0, values.length)
      .map(name => values[key.properties.indexOf(name)]);
    return {low: new Cut(ordered, 'before'), high: new Cut(ordered, 'after')};
  };
  if (beginsWith(primaryKey, key.properties)) {
    yield* child.rows.batches(rangeOf(primaryKey), false);
    return;
  }
  const definition = indexBeginningWith(child.schema, key.properties);
  assert(definition !== undefined, `foreign key ${key.name} has an index`);
  const {entries} = indexNamed(child, definition.name);
  const range = rangeOf(pathsOf(definition));
  for (const ids of idsInSlices(entries, range)) {
    yield ids.map(id => [id, child.rows.get(id)!]);
  }
}

/** The first row of a child, and what it refers to, that satisfies a test. */
export function findReferring(
  child: Table,
  reference: Reference,
  test: (values: KeyValues) => boolean,
): KeyValues | undefined {
  let found: KeyValues | undefined;
  child.rows.forEach(row => {
    const values = reference.valuesOf(row);
    if (!isComplete(values) || !test(values)) return undefined;
    found = values;
    return stop;
  });
  return found;
}

/** What is wrong with the foreign keys: the check behind `verify`. O(n). */
export function orphans(
  tables: Tree<Table>,
  dialect: Pick<Dialect, 'texts'>,
): string[] {
  const problems: string[] = [];
  for (const references of referencesOf(tables, dialect).ofChild.values()) {
    for (const reference of references) {
      const {child, key} = reference;
      const parent = tables.get(key.parent)!;
      const orphan = findReferring(
        tables.get(child)!,
        reference,
        values => findParent(parent, reference, values) === undefined,
      );
      if (orphan !== undefined) {
        problems.push(
          `table ${child}: foreign key ${key.name}: there is no ` +
            `${key.parent} (${orphan.map(show).join(', ')})`,
        );
      }
    }
  }
  return problems;
}

/** The error of a row that refers to nothing. */
export function noParent(
  reference: Reference,
  values: KeyValues,
): InMemoryError {
  const {child, key} = reference;
  return violation(
    reference,
    values,
    `${child} cannot have (${columnWords(child, key.properties)}) = ` +
      `(${values.map(show).join(', ')}): there is no ${parentWith(key, values)}`,
  );
}

/**
 * The error of a row that cannot go or change because others refer to it, the
 * row with that id among them.
 */
export function stillReferred(
  reference: Reference,
  values: KeyValues,
  what: 'be deleted' | 'change' | 'be migrated',
  id?: Key,
): InMemoryError {
  const {child, key} = reference;
  return violation(
    reference,
    values,
    `${parentWith(key, values)} cannot ${what}: rows of ${child} refer to ` +
      `it by (${columnWords(child, key.properties)})`,
    id,
  );
}

function parentWith(key: ForeignKey, values: KeyValues): string {
  const shown = values.map(show).join(', ');
  const names = columnWords(key.parent, key.parentProperties);
  return `${key.parent} with (${names}) = (${shown})`;
}

function violation(
  {child, key}: Reference,
  values: KeyValues,
  message: string,
  id?: Key,
): InMemoryError {
  return new InMemoryError(
    'FOREIGN_KEY_VIOLATION',
    `${message} (foreign key ${key.name} of ${child}).`,
    {
      table: child,
      constraint: key.name,
      property: columnWords(child, key.properties),
      parentTable: key.parent,
      parentProperty: columnWords(key.parent, key.parentProperties),
      value: values.length === 1 ? values[0] : values,
      ...(id !== undefined && {id}),
    },
  );
}
