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

/** A model with one property beside its id. */
export function columnOf(property: object, emulate: unknown) {
  const {Model} = emulating(emulate, {
    id: {type: Number, id: true, generated: true},
    value: property,
  });
  return {
    /** What is read of what was written. */
    read: async (value: unknown): Promise<unknown> => {
      const {id} = await Model.create({value});
      return (await Model.findById(id)).toObject().value;
    },
    /** The code and the message that a write fails with. */
    refuse: async (value: unknown): Promise<[unknown, string]> => {
      const {code, message} = await failureOf(Model.create({value}));
      return [code, message];
    },
  };
}
