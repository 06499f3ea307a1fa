import {Database, type RunOptions} from '../../../lib/database/database';
import {
  deleteWhere,
  insert,
  select,
  updateWhere,
} from '../../../lib/database/statements';
import type {TableSchema} from '../../../lib/schema/schema';
import type {IsolationLevel} from '../../../lib/transaction/isolation';
import {Transaction} from '../../../lib/transaction/transaction';
import type {Row} from '../../../lib/value/copy';
import {type Dialect, defaultDialect} from '../../../lib/value/dialect';
import {indexOn, schemaOf} from '../schema/example';
import {answerOrWaits} from '../waits';

export {waits} from '../waits';

/** How long a statement waits that must not wait for ever: it fails at once. */
export const briefly = 1;

/** Nothing in these tests takes as long, so who waits does not give up. */
const forLong = 50_000;

let begun = 0;

/** A transaction on its own, without a database. */
export function looseTransaction(
  level: IsolationLevel = 'READ COMMITTED',
  lockTimeoutMs = forLong,
): Transaction {
  return new Transaction(++begun, level, 0, lockTimeoutMs);
}

/** Cities by id, each with a code of its own, found by name, too. */
export const cities = schemaOf({
  columns: {id: 'number', name: 'string', code: 'number'},
  indexes: [indexOn('code', {isUnique: true}), indexOn('name')],
});

/** A database with one table and its rows. */
export function databaseWith(
  rows: readonly object[],
  {
    schema = cities,
    dialect = defaultDialect,
  }: {schema?: TableSchema; dialect?: Dialect} = {},
): Database {
  const database = new Database(dialect);
  database.declare('City', schema);
  if (rows.length > 0) void database.write(to => insert(to, 'City', rows));
  return database;
}

/** The committed rows, by id. */
export function committedRows(database: Database): Row[] {
  return database.view(view => select(view, 'City', {order: ['id']}));
}

/**
 * Who runs statements on the cities: in a transaction, or each statement as one
 * of its own. A statement is run, or waits, before its method returns.
 */
export class Session {
  constructor(
    readonly database: Database,
    private readonly options: RunOptions,
  ) {}

  /** The transaction; it is an error to ask for it where there is none. */
  get transaction(): Transaction {
    return this.options.transaction!;
  }

  /** Finds rows, by id. */
  async find(where: object = {}): Promise<Row[]> {
    return this.database.read(
      view => select(view, 'City', {where, order: ['id']}),
      this.options,
    );
  }

  /** Inserts rows. Resolves to their ids. */
  async insert(...rows: readonly object[]): Promise<unknown[]> {
    const inserted = await this.database.write(
      to => insert(to, 'City', rows),
      this.options,
    );
    return inserted.map(({id}) => id);
  }

  /** Changes rows. Resolves to their number. */
  async update(where: object, properties: object): Promise<number> {
    return this.database.write(
      to => updateWhere(to, 'City', where, properties),
      this.options,
    );
  }

  /** Deletes rows. Resolves to their number. */
  async delete(where: object): Promise<number> {
    return this.database.write(
      to => deleteWhere(to, 'City', where),
      this.options,
    );
  }

  async commit(): Promise<void> {
    return this.database.transactions.commit(this.transaction);
  }

  /** Rolls back; at once, also while a statement waits. */
  rollback(): void {
    this.database.transactions.rollback(this.transaction);
  }

  async savepoint(name: string): Promise<void> {
    return this.database.transactions.savepoint(this.transaction, name);
  }

  async rollbackTo(name: string): Promise<void> {
    return this.database.transactions.rollbackTo(this.transaction, name);
  }

  async release(name: string): Promise<void> {
    return this.database.transactions.releaseSavepoint(this.transaction, name);
  }
}

/** Begins a transaction. */
export function begin(
  database: Database,
  level: IsolationLevel = 'READ COMMITTED',
  lockTimeoutMs = forLong,
): Session {
  const transaction = database.transactions.begin(level, lockTimeoutMs);
  return new Session(database, {transaction});
}

/** A session without a transaction: each statement commits at its end. */
export function autocommit(
  database: Database,
  lockTimeoutMs = forLong,
): Session {
  return new Session(database, {lockTimeoutMs});
}

/** What came of a statement: its result, the code of its error, or `waits`. */
export function outcomeOf(answer: Promise<unknown>): Promise<unknown> {
  return answerOrWaits(
    answer.catch((error: unknown) => (error as {code?: string}).code ?? error),
  );
}

/** What a database still keeps of transactions; all is 0 when none is open. */
export function leftovers({transactions}: Database) {
  return {
    openTransactions: transactions['open'].size,
    serialNodes: transactions['order'].size,
    hasLocks: !transactions['locks'].isEmpty,
  };
}

/** The {@link leftovers} of a database whose transactions have all ended. */
export const nothingLeft = {
  openTransactions: 0,
  serialNodes: 0,
  hasLocks: false,
};
