import type {Transaction} from '../../lib/transaction/transaction';

/** A row of the cities. */
export interface City {
  readonly id: number;
  readonly name?: string;
  readonly code?: number | null;
}

/** Rows by id; undefined for one that a transaction has deleted. */
type Rows = ReadonlyMap<number, City | undefined>;

interface NaiveTransaction {
  /** What was committed when its first statement began, if it goes by that. */
  snapshot: Rows | undefined;
  written: Rows;
  savepoints: {readonly name: string; readonly written: Rows}[];
}

/** A statement that changes cities; `meets` tells which. */
export interface NaiveStatement {
  readonly inserted: readonly City[];
  readonly meets: (city: City) => boolean;
  /** What is made of a row that is met; undefined to delete it. */
  readonly change: (city: City) => City | undefined;
}

/**
 * The twin of a database with transactions: maps that are copied. It is told of
 * each statement at the moment when that succeeds.
 */
export class NaiveDatabase {
  private committed: Rows = new Map();
  private readonly open = new Map<Transaction, NaiveTransaction>();

  /** The committed rows by id. */
  rows(): City[] {
    this.takeEnded();
    return listOf(this.committed);
  }

  /** What a transaction sees, by id; what is committed where there is none. */
  rowsFor(transaction: Transaction | undefined): City[] {
    this.takeEnded();
    if (transaction === undefined) return listOf(this.committed);
    const naive = this.of(transaction);
    if (transaction.hasSnapshot) naive.snapshot ??= this.committed;
    return listOf(over(naive.snapshot ?? this.committed, naive.written));
  }

  /** The ids of the rows that a statement finds when it is first tried. */
  find(
    transaction: Transaction | undefined,
    {meets}: NaiveStatement,
  ): Set<number> {
    const found = this.rowsFor(transaction).filter(meets);
    return new Set(found.map(({id}) => id));
  }

  /** What a statement changes, given the rows that it found at first. */
  changes(
    transaction: Transaction | undefined,
    found: ReadonlySet<number>,
    {inserted, meets, change}: NaiveStatement,
  ): Map<number, City | undefined> {
    const met = this.rowsFor(transaction).filter(
      city => found.has(city.id) && meets(city),
    );
    return new Map([
      ...met.map(city => [city.id, change(city)] as const),
      ...inserted.map(city => [city.id, city] as const),
    ]);
  }

  /**
   * Whether a statement repeats an id or a code, of what is committed with the
   * transaction's changes.
   */
  repeatsKey(
    transaction: Transaction | undefined,
    changes: Rows,
    {inserted}: NaiveStatement,
  ): boolean {
    const written = transaction && this.of(transaction).written;
    const before = over(this.committed, written ?? new Map());
    const ids = inserted.map(({id}) => id);
    const repeatsId =
      new Set(ids).size < ids.length ||
      ids.some(id => before.get(id) !== undefined);
    return repeatsId || repeatsCode(over(before, changes));
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

function over(rows: Rows, changes: Rows): Rows {
  return new Map([...rows, ...changes]);
}

function listOf(rows: Rows): City[] {
  return [...rows.values()]
    .filter(city => city !== undefined)
    .sort((a, b) => a.id - b.id);
}

function repeatsCode(rows: Rows): boolean {
  const codes = listOf(rows)
    .map(({code}) => code)
    .filter(code => code !== null && code !== undefined);
  return new Set(codes).size < codes.length;
}
