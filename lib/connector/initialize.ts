import {InMemoryConnector} from './connector';
import type {Callback, DataSource} from './loopback';

/**
 * What LoopBack calls to set up a datasource with this connector: sets its
 * `connector` and `driver`. With `lazyConnect` the first statement connects.
 */
export function initialize(dataSource: DataSource, callback?: Callback): void {
  const connector = new InMemoryConnector(dataSource.settings);
  connector.dataSource = dataSource;
  dataSource.connector = connector;
  dataSource.driver = connector.database;
  if (dataSource.settings['lazyConnect']) {
    if (callback) process.nextTick(callback, null);
  } else {
    connector.connect(callback);
  }
}
