import type {InMemoryConnector} from './connector';
import type {Callback, DataSource} from './loopback';

/**
 * Lets `disconnect()` and `stop()` of a datasource wait for a connect that is
 * under way, and end it then. The juggler's own tell the connector nothing
 * before it has connected: its file would be opened afterwards, and stay so.
 */
export function awaitConnectBeforeDisconnect(
  dataSource: DataSource,
  connector: InMemoryConnector,
): void {
  for (const name of ['disconnect', 'stop'] as const) {
    const end = dataSource[name];
    if (end === undefined) continue;
    const value = (callback?: Callback): Promise<void> | undefined => {
      if (dataSource.connected === true || connector.isDown) {
        return end.call(dataSource, callback);
      }
      const ended = whenConnected(connector).then(() => end.call(dataSource));
      if (callback === undefined) return ended;
      ended.then(() => callback(null), callback);
      return undefined;
    };
    const way = {value, configurable: true, writable: true};
    Object.defineProperty(dataSource, name, way);
  }
}

/** Resolves when the juggler has been told how a connect has ended. */
function whenConnected(connector: InMemoryConnector): Promise<void> {
  return new Promise(resolve => {
    connector.connect(() => setImmediate(resolve));
  });
}
