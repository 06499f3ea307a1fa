import {InMemoryError, show} from '../base/errors';
import {isObject} from '../base/objects';
import {connectorMark, type InMemoryConnector} from './connector';

/**
 * The connector of a datasource, with its type:
 *
 *   console.log(inMemory(dataSource).explain('City', filter).text);
 *
 * Fails with INVALID_SETTING where the datasource has another connector. It
 * knows those that another copy of this package has made, too.
 */
export function inMemory(dataSource: {
  readonly connector?: unknown;
}): InMemoryConnector {
  const {connector, name} = (dataSource ?? {}) as Record<string, unknown>;
  if (isObject(connector) && connectorMark in connector) {
    return connector as unknown as InMemoryConnector;
  }
  const subject = isObject(dataSource)
    ? `The datasource ${typeof name === 'string' ? name : 'without a name'}`
    : show(dataSource);
  throw new InMemoryError(
    'INVALID_SETTING',
    `${subject} ${describe(connector)}. ` +
      "Set connector: 'loopback-connector-inmemory', or load " +
      'loopback-connector-inmemory/register first.',
    {property: 'connector'},
  );
}

function describe(connector: unknown): string {
  if (!isObject(connector)) return 'has no connector';
  const {name} = connector;
  const known = typeof name === 'string' ? name : connector.constructor?.name;
  return (
    `has the connector ${known ?? 'without a name'}, and not ` +
    'loopback-connector-inmemory'
  );
}
