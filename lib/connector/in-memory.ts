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
    hasDataSource(dataSource)
      ? `${nameOf(dataSource)} is no datasource, but has one: give that, its .dataSource.`
      : `${subject} ${describe(connector)}. ` +
          "Set connector: 'loopback-connector-inmemory', or load " +
          'loopback-connector-inmemory/register first.',
    {property: 'connector'},
  );
}

/** As repositories and model classes have. */
function hasDataSource(given: unknown): given is object {
  const isHolder = isObject(given) || typeof given === 'function';
  return isHolder && isObject((given as {dataSource?: unknown}).dataSource);
}

function nameOf(given: object): string {
  const {modelName} = given as {modelName?: unknown};
  return typeof modelName === 'string'
    ? `The model ${modelName}`
    : (given.constructor?.name ?? 'This');
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
