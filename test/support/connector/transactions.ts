import {setImmediate} from 'node:timers/promises';
import {makeDataSource, type Model, type TestDataSource} from './data-source';

/** What `beginTransaction` resolves to. */
export interface Transaction {
  readonly id: string;
  readonly connection: unknown;
  toString(): string;
  isActive(): boolean;
  commit(): Promise<void>;
  commit(callback: (error?: Error | null) => void): void;
  rollback(): Promise<void>;
  rollback(callback: (error?: Error | null) => void): void;
  observe(operation: string, observer: Observer): void;
}
export type Observer = (
  context: {operation: string; transaction: Transaction},
  next: (error?: Error) => void,
) => unknown;

/** A datasource with LoopBack's methods for transactions. */
export interface TransactionalDataSource extends TestDataSource {
  beginTransaction(options?: object | string): Promise<Transaction>;
  transaction(...args: any[]): any;
}

/** A table for transactions to work on, and the datasource that it is in. */
export interface TestTable {
  readonly dataSource: TransactionalDataSource;
  readonly Model: Model;
  /** Begins a transaction, READ COMMITTED unless told otherwise. */
  readonly begin: (isolationLevel?: string) => Promise<Transaction>;
  /** The committed rows, or those that a transaction sees: `1:a 2:b`. */
  readonly rows: (transaction?: Transaction) => Promise<string>;
}

/** Opens a table with the rows 1:a and 2:b, in which `name` is unique. */
export async function openTable(settings: object = {}): Promise<TestTable> {
  const table = openEmptyTable(settings);
  await table.Model.createAll([{name: 'a'}, {name: 'b'}]);
  return table;
}

/** Opens a table without rows, or with those of its store. */
export function openEmptyTable(settings: object = {}): TestTable {
  const dataSource = makeDataSource(settings) as TransactionalDataSource;
  const Model = dataSource.define('Test', {
    id: {type: Number, id: true},
    name: {type: String, index: {unique: true}},
    value: Number,
  });
  return {
    dataSource,
    Model,
    begin: (isolationLevel = 'READ COMMITTED') =>
      Model.beginTransaction({isolationLevel}),
    rows: async transaction => {
      const options = transaction && {transaction};
      const found = await Model.find({order: 'id'}, options);
      return found.map((row: Model) => `${row.id}:${row.name}`).join(' ');
    },
  };
}

/** Sets the value of a row in a transaction. */
export function set(
  Model: Model,
  id: number,
  value: number,
  transaction?: Transaction,
): Promise<{count: number}> {
  return Model.updateAll({id}, {value}, transaction && {transaction});
}

/** The committed value of a row. */
export async function valueOf(Model: Model, id: number): Promise<number> {
  return (await Model.findById(id)).value;
}

/** Errors as `assert.rejects` compares them, by what they tell. */
export const ended = {
  name: 'InMemoryError',
  code: 'TRANSACTION_ENDED',
  sqlState: '25000',
  statusCode: 409,
};
export const aborted = {
  name: 'InMemoryError',
  code: 'TRANSACTION_ABORTED',
  sqlState: '25P02',
  statusCode: 409,
};
export const conflict = {
  name: 'InMemoryError',
  code: 'SERIALIZATION_FAILURE',
  sqlState: '40001',
  statusCode: 409,
};
export const deadlock = {
  name: 'InMemoryError',
  code: 'DEADLOCK',
  sqlState: '40P01',
  statusCode: 409,
};
export const lockTimeout = {
  name: 'InMemoryError',
  code: 'LOCK_TIMEOUT',
  sqlState: '55P03',
  statusCode: 409,
};
export const duplicate = {
  name: 'InMemoryError',
  code: 'DUPLICATE_KEY',
  sqlState: '23505',
  statusCode: 409,
};

const maxTurns = 100;

/**
 * Whether a statement is still pending after many turns of the event loop. Its
 * failure is left to whoever awaits it later. No clock.
 */
export function isPending(statement: Promise<unknown>): Promise<boolean> {
  const isSettled = (): boolean => false;
  const turns = async (): Promise<boolean> => {
    for (let turn = 0; turn < maxTurns; turn++) await setImmediate();
    return true;
  };
  return Promise.race([statement.then(isSettled, isSettled), turns()]);
}

/** Resolves when a transaction has been rolled back. */
export function rolledBack(transaction: Transaction): Promise<void> {
  return new Promise(resolve => {
    transaction.observe('after rollback', async () => resolve());
  });
}
