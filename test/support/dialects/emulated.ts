import {
  makeDataSource,
  type Model,
  type TestDataSource,
} from '../connector/data-source';

/** What a call fails with, as far as programs read it. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly [property: string]: unknown;
}

/** A datasource on which a model is defined, with a setting `emulate`. */
export function emulating(
  emulate: unknown,
  properties: object,
  settings: object = {},
): {Model: Model; dataSource: TestDataSource} {
  const dataSource = makeDataSource({emulate});
  const Model: Model = dataSource.define('City', properties, {
    forceId: false,
    ...settings,
  });
  return {Model, dataSource};
}

/** What a promise is rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  try {
    await promise;
  } catch (error) {
    return error as Failure;
  }
  throw new Error('It was to fail, and has not.');
}
