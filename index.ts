/**
 * An in-memory database for LoopBack: a datasource connector with the settings
 * and results of LoopBack's built-in memory connector, and with indexes, unique
 * keys and atomic statements.
 */
export {initialize} from './lib/connector/initialize';
export {InMemoryConnector} from './lib/connector/connector';
export {InMemoryError} from './lib/base/errors';
export type {ErrorCode} from './lib/base/error-codes';
export type {ErrorDetails} from './lib/base/errors';
export type {InMemorySettings} from './lib/connector/settings';
export {inTransaction} from './lib/connector/in-transaction';
export type {InTransactionOptions} from './lib/connector/in-transaction';
export type {Explanation} from './lib/query/explain';
export type {IsolationLevel, Statistics} from './lib/database/database';
