/** A class of datasources for LoopBack 4: docs/settings.md. */
export {InMemoryDataSource} from './lib/connector/in-memory-data-source';
export type {InMemoryDataSourceSettings} from './lib/connector/in-memory-data-source';
export type {InMemoryDataSourceConfig} from './lib/connector/data-source-config';
