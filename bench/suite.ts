import type {
  AnyObject,
  DataSource,
  ModelBaseClass,
} from 'loopback-datasource-juggler';

/*
 * A small suite of tests, as an application has it: ten models, and tests that create some rows, read and update them. It
 * imports nothing, so that a process that runs it has loaded nothing but what it measures.
 */

const modelCount = 10;
const createdInTest = 9;

/** What the tests use of a model; `options` may hold a transaction. */
export interface SuiteModel extends ModelBaseClass {
  create(row: object, options?: object): Promise<{id: unknown}>;
  find(filter: AnyObject, options?: object): Promise<AnyObject[]>;
  findById(id: unknown, filter: object, options?: object): Promise<unknown>;
  count(where: object, options?: object): Promise<number>;
  updateAll(where: object, row: object, options?: object): Promise<unknown>;
  destroyAll(where: object, options?: object): Promise<unknown>;
}

/** Defines the ten models of the suite. */
export function defineSuite(dataSource: DataSource): SuiteModel[] {
  return Array.from({length: modelCount}, (_, place) =>
    dataSource.createModel<SuiteModel>(`Suite${place}`, {
      id: {type: Number, id: true, generated: true},
      name: {type: String, required: true},
      [`amount${place}`]: {type: Number},
      status: {type: String, index: true},
      isOpen: {type: Boolean},
      createdAt: {type: Date},
    }),
  );
}

/** Nine creates, three reads and an update; rejects where they do not find the rows of this test, and only these. */
export async function runTest(
  models: readonly SuiteModel[],
  test: number,
  options: object = {},
): Promise<void> {
  const ids: unknown[] = [];
  const used = Array.from({length: createdInTest}, (_, place) => {
    const number = (test + place) % models.length;
    return {model: models[number]!, amount: `amount${number}`};
  });
  for (const {model, amount} of used) {
    const row = {
      name: `name ${test}`,
      [amount]: test,
      status: 'new',
      isOpen: true,
      createdAt: new Date(),
    };
    ids.push((await model.create(row, options)).id);
  }
  const [first, second, third] = used.map(({model}) => model);
  const one = await first!.findById(ids[0], {}, options);
  const where = {status: 'new', isOpen: true};
  const found = await second!.find({where, order: ['name ASC']}, options);
  await third!.updateAll({id: ids[2]}, {status: 'done'}, options);
  const done = await third!.count({status: 'done'}, options);
  if (!one || found.length !== 1 || done !== 1) {
    throw new Error(`test ${test} does not find its own rows and no others`);
  }
}

/** A `destroyAll` of each model. */
export async function destroyAll(
  models: readonly SuiteModel[],
  options: object = {},
): Promise<void> {
  for (const model of models) await model.destroyAll({}, options);
}
