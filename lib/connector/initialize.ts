import {InMemoryConnector} from './connector';
import {awaitConnectBeforeDisconnect} from './early-disconnect';
import type {Callback, DataSource} from './loopback';

/**
 * The juggler's `include` asks for the related rows of 256 rows at a time, for
 * the sake of databases that limit a statement. Here one statement has them all.
 */
const maxKeysAtOnce = Number.MAX_SAFE_INTEGER;

/**
 * What LoopBack calls to set up a datasource with this connector: sets its
 * `connector` and `driver`. With `lazyConnect` the first statement connects.
 */
export function initialize(dataSource: DataSource, callback?: Callback): void {
  const connector = new InMemoryConnector(dataSource.settings);
  connector.dataSource = dataSource;
  dataSource.connector = connector;
  dataSource.settings['inqLimit'] ??= maxKeysAtOnce;
  dataSource.driver = connector.database;
  if (dataSource.settings['file']) {
    awaitConnectBeforeDisconnect(dataSource, connector);
  }
  if (dataSource.settings['lazyConnect']) {
    if (callback) process.nextTick(callback, null);
  } else {
    connector.connect(callback);
  }
}
