import type {TableSchema} from '../schema/schema';
import {hiddenNumbers} from '../store/hidden-numbers';
import {type Key, singleKeyOrder, tupleOrder} from '../store/tree/key-order';
import {Tree} from '../store/tree/tree';
import {getOwn, type Row} from '../value/copy';
import type {TableChange} from './journal/commit-codec';
import type {SeenKinds} from './data-file/plain-rows';
import type {DataTable, KeptTable} from './data-file/reader';

/** Casts the value of an id property to the type under which it is stored. */
export type CastId = (value: unknown, property: string) => unknown;

const asItIs: CastId = value => value;

const noSource: KeptTable = {
  nextSequence: 1,
  source: Buffer.from('{}'),
  types: undefined,
};

/**
 * A table as its files have it: the rows of the data file, and the commits of the
 * journal. There need not be a model of it.
 */
export class RecoveredTable {
  /** The next sequence number of generated ids, as far as it was noted. */
  nextSequence: number;
  /** For what the rows were written; undefined where the files do not say. */
  schema: TableSchema | undefined;
  private key: readonly string[] = ['id'];
  private readonly changes: TableChange[] = [];
  /** Whether somebody has seen the rows, and may have changed them. */
  private isVisited = false;

  constructor(
    readonly name: string,
    private readonly source: DataTable | undefined,
  ) {
    this.nextSequence = source?.nextSequence ?? 1;
    this.schema = source?.schema;
  }

  /** Adds what a commit has done. */
  add(change: TableChange): void {
    const {key, truncate, next, restartsIds, schema, del, put} = change;
    this.schema = schema ?? this.schema;
    if (!truncate && !next && !del && !put) return;
    this.key = key ?? ['id'];
    if (truncate) this.changes.length = 0;
    this.changes.push(change);
    if (next === undefined) return;
    this.nextSequence =
      truncate || restartsIds ? next : Math.max(next, this.nextSequence);
  }

  /** The properties that are the id; undefined where only a model knows. */
  get primaryKey(): readonly string[] | undefined {
    return this.changes.length > 0 ? this.key : undefined;
  }

  /** What the data file has of it; undefined when that is not all of it. */
  get kept(): KeptTable | undefined {
    if (this.changes.length > 0) return undefined;
    // Not its keys, which are made when they are asked for.
    const {nextSequence, source, types} = this.source ?? noSource;
    return {nextSequence, source, types, schema: this.schema};
  }

  /**
   * The kinds that the values of its rows have, as far as that is known without
   * looking at them; undefined once they were visited.
   */
  get kinds(): SeenKinds | undefined {
    const isKnown = !this.isVisited && this.changes.length === 0;
    return isKnown ? this.source?.kinds : undefined;
  }

  /** How many rows there are. */
  get size(): number {
    return this.changes.length > 0
      ? this.folded(asItIs).size
      : (this.source?.rows.length ?? 0);
  }

  /**
   * Visits the rows. `keyOf` tells the key, or the text, under which a row
   * stands; the texts are made when one is asked for first. Commits know rows by
   * the ids that they are stored under; a row that was written by hand has such
   * an id once it was cast.
   */
  forEach(
    visit: (row: Row, keyOf: () => Key) => void,
    cast: CastId = asItIs,
  ): void {
    if (this.changes.length > 0) {
      this.folded(cast).forEach((row, key) => visit(row, () => key));
      return;
    }
    this.isVisited = true;
    const {source} = this;
    source?.rows.forEach((row, i) => visit(row, () => source.keys[i]));
  }

  /** The rows, each with the key or the text under which it stands. */
  rows(): (readonly [key: Key, row: Row])[] {
    const rows: [Key, Row][] = [];
    this.forEach((row, keyOf) => void rows.push([keyOf(), row]));
    return rows;
  }

  /** The rows of the data file with the commits folded in. */
  private folded(cast: CastId): Tree<Row> {
    let key = this.changes[0]!.key ?? ['id'];
    let tree = emptyTree(key);
    if (!this.changes[0]!.truncate) this.addSource(tree, key, cast);
    for (const change of this.changes) {
      const next = change.key ?? ['id'];
      if (String(next) !== String(key)) tree = underKey(tree, next, cast);
      key = next;
      // Since it was committed, ids may have got another type.
      for (const id of change.del ?? []) tree.delete(idOf(id, key, cast));
      for (const [id, row] of change.put ?? []) {
        tree.set(idOf(id, key, cast), row);
      }
    }
    return tree;
  }

  private addSource(
    tree: Tree<Row>,
    key: readonly string[],
    cast: CastId,
  ): void {
    const {keys = [], rows = []} = this.source ?? {};
    const numbers = key.length === 0 ? hiddenNumbers(keys) : undefined;
    for (const [i, row] of rows.entries()) {
      tree.set(numbers?.[i] ?? keyOf(row, keys[i]!, key, cast), row);
    }
  }
}

function emptyTree(key: readonly string[]): Tree<Row> {
  const isTuple = key.length > 1;
  return Tree.create<Row>(
    isTuple ? tupleOrder(key.map(() => 1)) : singleKeyOrder,
  );
}

/** A model may have got another id while its rows stayed. */
function underKey(
  former: Tree<Row>,
  key: readonly string[],
  cast: CastId,
): Tree<Row> {
  const tree = emptyTree(key);
  const ids: Key[] = [];
  if (key.length === 0) former.forEach((_row, id) => void ids.push(id));
  const numbers = hiddenNumbers(ids);
  let place = 0;
  former.forEach((row, id) => {
    tree.set(numbers[place++] ?? keyOf(row, String(id), key, cast), row);
  });
  return tree;
}

function idOf(id: Key, key: readonly string[], cast: CastId): Key {
  if (key.length === 0) return id;
  return Array.isArray(id) && key.length > 1
    ? id.map((value, i) => cast(value, key[i]!))
    : cast(id, key[0]!);
}

function keyOf(
  row: Row,
  text: string,
  key: readonly string[],
  cast: CastId,
): Key {
  const values = key.map(name => getOwn(row, name) ?? null);
  return values.length > 1
    ? values.map((value, i) => cast(value, key[i]!))
    : cast(values[0] ?? text, key[0]!);
}
