import {rowVersionAfter} from '../../../lib/schema/rules';
import type {TableSchema} from '../../../lib/schema/schema';
import type {RowChange} from '../../../lib/store/table';
import type {Transaction} from '../../../lib/transaction/transaction';
import type {Row} from '../../../lib/value/copy';
import {followNaively, type NaiveTables} from '../store/naive-references';
import {broken, repeatsKey} from '../store/naive-table';
import {meets} from './city-statements';
import type {Change} from './random-steps';

interface Stored {
  readonly table: string;
  readonly row: Row;
}

/** Rows by table and id; undefined for one that a transaction has deleted. */
export type Rows = ReadonlyMap<string, Stored | undefined>;

interface NaiveTransaction {
  /** What was committed when its first statement began, if it goes by that. */
  snapshot: Rows | undefined;
  written: Rows;
  savepoints: {readonly name: string; readonly written: Rows}[];
}

/** What must come of a statement. */
export interface Outcome {
  /** The codes of the errors that it must fail with one of; mostly none. */
  readonly violations: ReadonlySet<string>;
  /** How many rows the statement itself is about. */
  readonly count: number;
  readonly changes: Rows;
}

/**
 * The twin of a database with transactions: maps that are copied. It is told of
 * each statement at the moment when that succeeds.
 */
export class NaiveDatabase {
  private committed: Rows = new Map();
  private readonly open = new Map<Transaction, NaiveTransaction>();

  constructor(private readonly schemas: readonly TableSchema[]) {}

  /** The committed rows. */
  tables(): NaiveTables {
    this.takeEnded();
    return tablesOf(this.schemas, this.committed);
  }

  /** What a transaction sees; what is committed where there is none. */
  tablesFor(transaction: Transaction | undefined): NaiveTables {
    this.takeEnded();
    return tablesOf(this.schemas, this.seenBy(transaction));
  }

  private seenBy(transaction: Transaction | undefined): Rows {
    if (transaction === undefined) return this.committed;
    const naive = this.of(transaction);
    if (transaction.hasSnapshot) naive.snapshot ??= this.committed;
    return over(naive.snapshot ?? this.committed, naive.written);
  }

  /** The ids of the rows that a statement finds when it is first tried. */
  find(transaction: Transaction | undefined, change: Change): Set<unknown> {
    if (change.kind === 'insert') return new Set();
    const rows = this.tablesFor(transaction)[change.table]!;
    return new Set(rows.filter(meets(change.where)).map(({id}) => id));
  }

  /**
   * What must come of a statement, given the rows that it found at first: it is
   * made to what is committed, with the transaction's changes.
   */
  outcome(
    transaction: Transaction | undefined,
    found: ReadonlySet<unknown>,
    change: Change,
  ): Outcome {
    const rows = this.tablesFor(transaction)[change.table]!;
    const schema = this.schemas.find(({name}) => name === change.table)!;
    const set = rowChanges(change, schema, rows, found);
    if (set === undefined) return refused('STALE_VERSION');
    const written = transaction && this.of(transaction).written;
    const before = over(this.committed, written ?? new Map());
    const after = this.follow(before, change.table, set);
    if (typeof after === 'string') return refused(after);
    return {
      violations: this.broken(after),
      count: set.length,
      changes: difference(before, rowsOf(after)),
    };
  }

  /**
   * Whether a statement that {@link outcome} lets pass refers to what its
   * transaction cannot see.
   */
  refersToUnseen(
    transaction: Transaction,
    found: ReadonlySet<unknown>,
    change: Change,
  ): boolean {
    const rows = this.tablesFor(transaction)[change.table]!;
    const schema = this.schemas.find(({name}) => name === change.table)!;
    const set = rowChanges(change, schema, rows, found)!;
    const after = this.follow(this.seenBy(transaction), change.table, set);
    return after === 'FOREIGN_KEY_VIOLATION';
  }

  private follow(rows: Rows, table: string, changes: readonly RowChange[]) {
    const tables = tablesOf(this.schemas, rows);
    return followNaively(this.schemas, tables, [
      {kind: 'rows', table, changes},
    ]);
  }

  /** How tables break the rules that concern no other table. */
  private broken(tables: NaiveTables): Set<string> {
    const violations = new Set<string>();
    for (const schema of this.schemas) {
      const rows = tables[schema.name]!;
      for (const row of rows) {
        const violation = broken(row, schema);
        if (violation !== undefined) violations.add(violation);
      }
      if (repeatsKey(schema, rows)) violations.add('DUPLICATE_KEY');
    }
    return violations;
  }

  /** Makes the changes of a statement that has succeeded. */
  write(transaction: Transaction | undefined, changes: Rows): void {
    if (transaction === undefined) {
      this.committed = over(this.committed, changes);
    } else {
      const naive = this.of(transaction);
      naive.written = over(naive.written, changes);
    }
  }

  savepoint(transaction: Transaction, name: string): void {
    const {savepoints, written} = this.of(transaction);
    savepoints.push({name, written});
  }

  /** Tells whether there is such a savepoint. */
  rollbackTo(transaction: Transaction, name: string): boolean {
    const naive = this.of(transaction);
    const place = naive.savepoints.findLastIndex(each => each.name === name);
    if (place === -1) return false;
    naive.savepoints.length = place + 1;
    naive.written = naive.savepoints[place]!.written;
    return true;
  }

  /** Tells whether there is such a savepoint. */
  release(transaction: Transaction, name: string): boolean {
    const {savepoints} = this.of(transaction);
    const place = savepoints.findLastIndex(each => each.name === name);
    if (place !== -1) savepoints.length = place;
    return place !== -1;
  }

  private of(transaction: Transaction): NaiveTransaction {
    let naive = this.open.get(transaction);
    if (naive === undefined) {
      naive = {snapshot: undefined, written: new Map(), savepoints: []};
      this.open.set(transaction, naive);
    }
    return naive;
  }

  /** Commits and forgets what has ended since; all of it wrote other rows. */
  private takeEnded(): void {
    for (const [transaction, {written}] of this.open) {
      if (transaction.state === 'active') continue;
      if (transaction.state === 'committed') {
        this.committed = over(this.committed, written);
      }
      this.open.delete(transaction);
    }
  }
}

function refused(code: string): Outcome {
  return {violations: new Set([code]), count: 0, changes: new Map()};
}

/** What a statement itself changes; undefined where its version is stale. */
function rowChanges(
  change: Change,
  {version}: TableSchema,
  rows: readonly Row[],
  found: ReadonlySet<unknown>,
): RowChange[] | undefined {
  const first = version === undefined ? {} : {[version]: 1};
  if (change.kind === 'insert') {
    return change.rows.map(row => ({kind: 'insert', row: {...row, ...first}}));
  }
  const met = rows.filter(
    row => found.has(row['id']) && meets(change.where)(row),
  );
  if (change.kind === 'delete') {
    return met.map(({id}) => ({kind: 'delete', id}));
  }
  const {where, patch} = change;
  if (version === undefined) {
    return met.map(row => ({
      kind: 'update',
      id: row['id'],
      row: {...row, ...patch},
    }));
  }
  const isCompared = version in patch && Object.keys(where).join() === 'id';
  if (isCompared && met.some(row => row[version] !== patch[version])) {
    return undefined;
  }
  return met.map(row => ({
    kind: 'update',
    id: row['id'],
    row: {...row, ...patch, [version]: rowVersionAfter(row[version])},
  }));
}

function keyOf(table: string, row: Row): string {
  return `${table} ${String(row['id'])}`;
}

function over(rows: Rows, changes: Rows): Rows {
  return new Map([...rows, ...changes]);
}

/** What makes the second rows of the first. */
function difference(before: Rows, after: Rows): Rows {
  const changes = new Map<string, Stored | undefined>();
  for (const [key, stored] of before) {
    if (stored !== undefined && !after.has(key)) changes.set(key, undefined);
  }
  for (const [key, stored] of after) {
    if (before.get(key)?.row !== stored?.row) changes.set(key, stored);
  }
  return changes;
}

function rowsOf(tables: NaiveTables): Rows {
  const rows = new Map<string, Stored>();
  for (const [table, all] of Object.entries(tables)) {
    for (const row of all) rows.set(keyOf(table, row), {table, row});
  }
  return rows;
}

function tablesOf(schemas: readonly TableSchema[], rows: Rows): NaiveTables {
  const tables: Record<string, Row[]> = {};
  for (const {name} of schemas) tables[name] = [];
  for (const stored of rows.values()) {
    if (stored !== undefined) tables[stored.table]!.push(stored.row);
  }
  for (const all of Object.values(tables)) {
    all.sort((a, b) => Number(a['id']) - Number(b['id']));
  }
  return tables;
}
