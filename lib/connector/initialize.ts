import {connectFirst, mendConnecting} from './connecting';
import {InMemoryConnector} from './connector';
import type {ConnectorModule} from './data-source-config';
import type {Callback, DataSource} from './loopback';
import {maxTimerMs} from './setting-rules';

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
  setUp(dataSource, connector, initialize, callback);
}

type Initialize = ConnectorModule['initialize'];

/** Under it a connector has what sets up other datasources like its own. */
const initializeKey: unique symbol = Symbol.for(
  'loopback-connector-inmemory.initialize',
);

/** What sets up a datasource with a connector of the same kind. */
export function initializerOf(connector: object): Initialize {
  return (
    (connector as {readonly [initializeKey]?: Initialize})[initializeKey] ??
    initialize
  );
}

/** Gives a datasource its connector, which `how` has made, and connects it. */
export function setUp(
  dataSource: DataSource,
  connector: InMemoryConnector,
  how: Initialize,
  callback: Callback | undefined,
): void {
  Object.defineProperty(connector, initializeKey, {value: how});
  connector.dataSource = dataSource;
  dataSource.connector = connector;
  Object.assign(dataSource, connector.ofDataSource);
  // The juggler's own returns no promise.
  dataSource.isActual = connector.isActual.bind(connector);
  dataSource.settings['inqLimit'] ??= maxKeysAtOnce;
  // The juggler gives up a call after 5 seconds of waiting for the connect, but
  // that ends always, and a large file or its lock may take longer.
  dataSource.settings['connectionTimeout'] ||= maxTimerMs;
  dataSource.driver = connector.database;
  if (dataSource.settings['lazyConnect']) {
    mendConnecting(dataSource);
    if (callback) process.nextTick(callback, null);
    return;
  }
  connectFirst(dataSource, callback ?? (() => undefined));
  mendConnecting(dataSource);
}
