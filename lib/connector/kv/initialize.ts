import {setUp} from '../initialize';
import type {Callback, DataSource} from '../loopback';
import {KeyValueConnector} from './connector';

/**
 * What LoopBack calls to set up a datasource with keys and values: its models have
 * the methods of the juggler's KeyValueAccessObject. With `lazyConnect` the first
 * statement connects.
 */
export function initialize(dataSource: DataSource, callback?: Callback): void {
  const connector = new KeyValueConnector(dataSource.settings);
  connector.DataAccessObject = dataSource.juggler?.KeyValueAccessObject;
  setUp(dataSource, connector, initialize, callback);
}
