/**
 * Keys and values for LoopBack's `DefaultKeyValueRepository`, in memory or in a
 * file: docs/key-value.md.
 */
export {initialize} from './lib/connector/kv/initialize';
export {KeyValueConnector} from './lib/connector/kv/connector';
export type {KeyOptions} from './lib/connector/kv/connector';
export type {KeyFilter} from './lib/connector/kv/key-iterator';
export type {KeyValueSettings} from './lib/connector/kv/settings';
export type {KeyValueDataSourceConfig} from './lib/connector/kv/data-source-config';
