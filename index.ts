/**
 * An in-memory database for LoopBack: a datasource connector with the settings
 * and results of LoopBack's built-in memory connector, and with indexes,
 * constraints, transactions and a data file that survives crashes.
 */
export {initialize} from './lib/connector/initialize';
export {InMemoryConnector} from './lib/connector/connector';
export {InMemoryError} from './lib/base/errors';
export type {ErrorCode} from './lib/base/error-codes';
export type {ErrorDetails} from './lib/base/errors';
export {inMemory} from './lib/connector/in-memory';
export type {InMemoryDataSourceConfig} from './lib/connector/data-source-config';
export type {InMemorySettings} from './lib/connector/settings';
export {inTransaction} from './lib/connector/in-transaction';
export type {
  InTransactionOptions,
  TransactionHandle,
} from './lib/connector/in-transaction';
export type {StatementEvent} from './lib/connector/statement-events';
export type {Explanation} from './lib/query/explain';
export type {IsolationLevel, Statistics} from './lib/database/database';
export {copyRows} from './lib/transfer/copy-when-called';
export type {CopyOptions, CopyReport} from './lib/transfer/copy-rows';
