import {DataSource} from 'loopback-datasource-juggler';
import * as inmemory from '../../../index';
import type {InMemoryConnector} from '../../../index';

/** A model class of the juggler; its types are too loose to be of use. */
export type Model = any;

/** A datasource on the connector under test, as far as the tests use it. */
export interface TestDataSource {
  readonly connector: InMemoryConnector;
  readonly driver: unknown;
  define(name: string, properties: object, settings?: object): Model;
  automigrate(models?: string): Promise<void>;
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  ping(): Promise<void>;
}

/** Makes a datasource on the connector under test. */
export function makeDataSource(settings: object = {}): TestDataSource {
  const dataSource = new DataSource({...settings, connector: inmemory});
  return dataSource as unknown as TestDataSource;
}

/** Defines a model on a datasource of its own. */
export function defineModel(
  name: string,
  properties: object,
  settings: object = {},
): {Model: Model; connector: InMemoryConnector; dataSource: TestDataSource} {
  const dataSource = makeDataSource();
  const Model: Model = dataSource.define(name, properties, settings);
  return {Model, connector: dataSource.connector, dataSource};
}

/** Calls a connector's method as the juggler does; resolves to its results. */
export function call(
  connector: InMemoryConnector,
  method: string,
  ...args: unknown[]
): Promise<any[]> {
  return new Promise((resolve, reject) => {
    const callback = (error: Error | null, ...results: unknown[]): void => {
      if (error) reject(error);
      else resolve(results);
    };
    (connector as any)[method](...args, {}, callback);
  });
}
