import {columnWords} from '../base/column-words';
import {InMemoryError, show} from '../base/errors';
import type {IndexDefinition} from '../schema/schema';
import type {Row} from '../value/copy';
import type {Dialect} from '../value/dialect';
import {cellOf, toPoint} from '../value/geo';
import {
  compileMeetsArray,
  compileValueAt,
  parsePath,
  type Path,
} from '../value/path';
import {compileValuesAt} from '../value/values-at';
import type {TextOrder} from '../value/text-order';
import {hasInexact} from './inexact';
import {
  type Key,
  type KeyOrder,
  singleKeyOrder,
  tupleOrder,
} from './tree/key-order';
import {
  entryTree,
  firstId,
  forEachId,
  type Posting,
  postingHas,
  postingSize,
  withId,
  withoutId,
} from './posting';
import {singleTextKeyOrder, textTupleOrder} from './tree/text-key-order';
import {type Owner, stop, Tree} from './tree/tree';

/** How keys are taken from rows for one index definition; made once. */
export interface IndexKeys {
  readonly definition: IndexDefinition;
  readonly order: KeyOrder;
  /** The key of a row. Rows without a value are under null. */
  readonly keyOf: (row: Row) => Key;
  /** The values that make the key: it is the only one, or an array of them. */
  readonly parts: readonly KeyPart[];
  /** Whether the row has several values under one of the index's paths. */
  readonly isMultiValued: (row: Row) => boolean;
  /** Whether an indexed value of the row, or its id, is {@link isInexact}. */
  readonly isInexact: (row: Row) => boolean;
  /** Whether two rows have the same in all properties that the index looks at. */
  readonly areAlike: (a: Row, b: Row) => boolean;
  /** The order of texts among its values, where they have one of their own. */
  readonly texts: TextOrder | undefined;
}

/** One of the values that make a key. */
export interface KeyPart {
  readonly valueOf: (row: Row) => unknown;
  /** The values of many rows. */
  readonly valuesOf: (rows: readonly Row[]) => unknown[];
  /** Whether keys ascend or descend with the value. */
  readonly direction: 1 | -1;
}

/** An index at one version of its table: never changed after it was made. */
export interface Index {
  readonly keys: IndexKeys;
  readonly entries: Tree<Posting>;
  /**
   * Rows with an array under an indexed path. A row stands in the index once,
   * under its whole value, so while there are such rows the index cannot answer
   * conditions that look at an array's elements.
   */
  readonly multiValuedRows: number;
  /**
   * Rows with a value that an equal key need not show as it is. While there are
   * none, entries tell the values of rows, except for null and missing.
   */
  readonly inexactRows: number;
}

/** Prepares an index definition for taking keys from rows with such ids. */
export function indexKeys(
  definition: IndexDefinition,
  primaryKey: readonly string[],
  {texts}: Pick<Dialect, 'texts'>,
): IndexKeys {
  const paths = definition.keys.map(key => parsePath(key.path));
  const getters = paths.map(compileValueAt);
  const parts =
    getters.length === 1
      ? [singlePart(paths[0]!, definition.kind)]
      : getters.map((get, i) => ({
          valueOf: (row: Row) => get(row) ?? null,
          valuesOf: compileValuesAt(paths[i]!),
          direction: definition.keys[i]!.direction,
        }));
  const keyOf =
    parts.length === 1
      ? parts[0]!.valueOf
      : (row: Row) => getters.map(get => get(row) ?? null);
  const order = orderOf(parts, texts);
  const meetArray = paths.map(compileMeetsArray);
  const isMultiValued =
    definition.kind === 'geo'
      ? () => false
      : meetArray.length === 1
        ? meetArray[0]!
        : (row: Row) => meetArray.some(meets => meets(row));
  const ids = primaryKey.map(name => compileValueAt([name]));
  const isInexact =
    definition.kind === 'geo'
      ? () => false
      : hasInexact([...getters, ...ids], texts !== undefined);
  const names = [...paths.map(([name]) => name!), ...primaryKey];
  return {
    definition,
    order,
    keyOf,
    parts,
    isMultiValued,
    isInexact,
    areAlike: comparisonOf(names),
    texts,
  };
}

function comparisonOf(names: readonly string[]) {
  const getters = [...new Set(names)].map(name => compileValueAt([name]));
  return (a: Row, b: Row): boolean => {
    for (const get of getters) if (!Object.is(get(a), get(b))) return false;
    return true;
  };
}

function orderOf(
  parts: readonly KeyPart[],
  texts: TextOrder | undefined,
): KeyOrder {
  if (parts.length === 1) {
    return texts ? singleTextKeyOrder(texts) : singleKeyOrder;
  }
  const directions = parts.map(({direction}) => direction);
  return texts ? textTupleOrder(directions, texts) : tupleOrder(directions);
}

/** Keys of one value ascend, whatever the direction of the index. */
function singlePart(path: Path, kind: IndexDefinition['kind']): KeyPart {
  const get = compileValueAt(path);
  if (kind === 'geo') {
    const cell = (row: Row) => cellKey(get(row));
    return {valueOf: cell, valuesOf: rows => rows.map(cell), direction: 1};
  }
  const valuesAt = compileValuesAt(path);
  return {
    valueOf: (row: Row) => singleKey(get(row)),
    valuesOf: rows => {
      const values = valuesAt(rows);
      for (let i = 0; i < values.length; i++) {
        if (Number.isNaN(values[i])) values[i] = invalidKey;
      }
      return values;
    },
    direction: 1,
  };
}

/** NaN is entered as what it equals in order: the tree wants `key === key`. */
const invalidKey = new Date(Number.NaN);

function singleKey(value: unknown): Key {
  return Number.isNaN(value) ? invalidKey : (value ?? null);
}

function cellKey(value: unknown): number | null {
  const point = toPoint(value);
  return point === undefined ? null : cellOf(point);
}

/** How a statement changes tables and indexes. */
export interface DraftMode {
  readonly dialect: Dialect;
  /** Trees of this owner are changed themselves, copies of all others. */
  readonly owner: Owner;
  /** Whether some trees may be the owner's: a change must not fail midway. */
  readonly isInPlace: boolean;
  /** Whether others are to have their turn while many rows are changed. */
  readonly isCut: boolean;
  /** Whether several rows may have a unique key, for nobody writes to the result. */
  readonly allowsDuplicates: boolean;
}

/** What an index needs to know of its table. */
export interface IndexContext {
  readonly table: string;
  readonly idOrder: KeyOrder;
  readonly mode: DraftMode;
}

/** An index while a statement changes it: a copy that shares what it can. */
export class IndexDraft {
  private entries: Tree<Posting>;
  private multiValuedRows: number;
  private inexactRows: number;

  constructor(
    private readonly base: Index,
    private readonly context: IndexContext,
  ) {
    this.entries = base.entries;
    this.multiValuedRows = base.multiValuedRows;
    this.inexactRows = base.inexactRows;
  }

  get keys(): IndexKeys {
    return this.base.keys;
  }

  /** Takes out a row that stands under `key`. */
  remove(key: Key, id: Key, row: Row): void {
    const {idOrder, mode} = this.context;
    const entries = this.writable();
    entries.update(key, posting => withoutId(posting, id, idOrder, mode.owner));
    if (this.keys.isMultiValued(row)) this.multiValuedRows--;
    if (this.keys.isInexact(row)) this.inexactRows--;
  }

  /** Enters a row under `key`. Fails with DUPLICATE_KEY. */
  add(key: Key, id: Key, row: Row): void {
    const entries = this.writable();
    const {idOrder, mode} = this.context;
    entries.update(key, posting => {
      if (posting === undefined) return id;
      this.refuseDuplicate(key, posting);
      return withId(posting, id, idOrder, mode.owner);
    });
    if (this.keys.isMultiValued(row)) this.multiValuedRows++;
    if (this.keys.isInexact(row)) this.inexactRows++;
  }

  /**
   * Fails with DUPLICATE_KEY when a unique index has a row other than
   * `exceptId`, if that is given, under the key.
   */
  refuseIfTaken(key: Key, exceptId: Key): void {
    const posting = this.entries.get(key);
    if (posting === undefined) return;
    const isTheRow =
      exceptId !== undefined &&
      postingSize(posting) === 1 &&
      postingHas(posting, exceptId, this.context.idOrder);
    if (!isTheRow) this.refuseDuplicate(key, posting);
  }

  private refuseDuplicate(key: Key, posting: Posting): void {
    const {definition} = this.keys;
    const {mode, table} = this.context;
    if (mode.allowsDuplicates) return;
    if (!isLimited(definition, key, mode.dialect)) return;
    const values = definition.keys.length === 1 ? [key] : (key as unknown[]);
    const paths = definition.keys.map(({path}) => path);
    const names = columnWords(table, paths);
    const shown = values.map(show).join(', ');
    throw new InMemoryError(
      'DUPLICATE_KEY',
      `Duplicate entry for ${table}: the unique index ` +
        `${definition.name} has a row with (${names}) = (${shown}) already.`,
      {
        table,
        index: definition.name,
        constraint: definition.name,
        property: names,
        value: values.length === 1 ? values[0] : values,
        id: firstId(posting),
      },
    );
  }

  private writable(): Tree<Posting> {
    this.entries = this.entries.ownedBy(this.context.mode.owner);
    return this.entries;
  }

  /** The index with the changes made; the same object if it tells of them. */
  finish(): Index {
    const {base, entries, inexactRows, keys, multiValuedRows} = this;
    const isSame =
      entries === base.entries &&
      multiValuedRows === base.multiValuedRows &&
      inexactRows === base.inexactRows;
    return isSame ? base : {keys, entries, multiValuedRows, inexactRows};
  }
}

/** Whether an index takes a key for one row only. */
export function isLimited(
  {isUnique, keys}: IndexDefinition,
  key: Key,
  {uniqueIgnoresNull}: Dialect,
): boolean {
  if (!isUnique) return false;
  const hasNull =
    keys.length === 1 ? key === null : (key as unknown[]).includes(null);
  return !(uniqueIgnoresNull && hasNull);
}

/** Whether what an index holds of a row differs from what it held. */
export function isEnteredAnew(keys: IndexKeys, old: Row, row: Row): boolean {
  if (keys.areAlike(old, row)) return false;
  const [oldKey, key] = [keys.keyOf(old), keys.keyOf(row)];
  return (
    (oldKey !== key && keys.order(oldKey, key) !== 0) ||
    keys.isMultiValued(old) !== keys.isMultiValued(row) ||
    keys.isInexact(old) !== keys.isInexact(row)
  );
}

/** An index without rows. */
export function emptyIndex(keys: IndexKeys): Index {
  const entries = entryTree(keys.order);
  return {keys, entries, multiValuedRows: 0, inexactRows: 0};
}

/** Problems of one kind that are reported; the rest is likely the same. */
const maxReported = 10;

/** What is wrong with an index, given the rows of its table; see `verify`. */
export function verifyIndex(
  index: Index,
  rows: Tree<Row>,
  idOrder: KeyOrder,
): string[] {
  const {definition, isInexact, isMultiValued} = index.keys;
  const problems = index.entries.problems();
  let entryCount = 0;
  let multiValued = 0;
  let inexact = 0;
  index.entries.forEach((posting, key) => {
    if (problems.length > maxReported) return stop;
    if (definition.isUnique && postingSize(posting) > 1 && !hasNull(key)) {
      problems.push(`several rows under the unique key ${show(key)}`);
    }
    let previous: Key = undefined;
    forEachId(posting, id => {
      entryCount++;
      const row = rows.get(id);
      const problem = entryProblem(index, key, id, row);
      if (problem !== undefined) problems.push(problem);
      else {
        if (isMultiValued(row!)) multiValued++;
        if (isInexact(row!)) inexact++;
      }
      if (previous !== undefined && idOrder(previous, id) >= 0) {
        problems.push(`ids under ${show(key)} are out of order`);
      }
      previous = id;
      return problems.length > maxReported ? stop : undefined;
    });
    return undefined;
  });
  if (problems.length <= maxReported) {
    if (entryCount !== rows.size) {
      problems.push(`${entryCount} entries for ${rows.size} rows`);
    }
    if (multiValued !== index.multiValuedRows) {
      problems.push(`counts ${index.multiValuedRows} multi-valued rows`);
    }
    if (inexact !== index.inexactRows) {
      problems.push(`counts ${index.inexactRows} inexact rows`);
    }
  }
  return problems.map(problem => `index ${definition.name}: ${problem}`);
}

function entryProblem(
  {keys}: Index,
  key: Key,
  id: Key,
  row: Row | undefined,
): string | undefined {
  if (row === undefined) return `row ${show(id)} does not exist`;
  return keys.order(keys.keyOf(row), key) === 0
    ? undefined
    : `row ${show(id)} stands under ${show(key)}`;
}

function hasNull(key: Key): boolean {
  return Array.isArray(key) ? key.includes(null) : key === null;
}
