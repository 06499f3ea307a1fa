import assert from 'node:assert/strict';
import {DataSource} from 'loopback-datasource-juggler';
import {InMemoryConnector} from '../../../index';
import {
  assertNoRepeatedStatements,
  record,
  type DataSourceLike,
} from '../../../testing';

/*
 * Loaded before a published suite: each of its tests fails where it asks again and
 * again for what could be asked at once, on whichever datasource.
 */
const dataSources = new Set<DataSourceLike>();

type SetUp = (this: DataSourceLike, ...given: unknown[]) => unknown;

const {prototype} = DataSource as unknown as {
  prototype: {setupDataAccess: SetUp};
};
const {setupDataAccess} = prototype;
prototype.setupDataAccess = function (this: DataSourceLike, ...given) {
  if (this.connector instanceof InMemoryConnector) dataSources.add(this);
  return setupDataAccess.apply(this, given);
};

type Run = (this: unknown, done?: (error?: unknown) => void) => unknown;

/** A test of mocha, as far as it is touched. */
interface MochaTest {
  fn: Run;
  readonly async: number;
}

export const mochaHooks = {
  /** Else all would pass. */
  afterAll(): void {
    assert.ok(known > 100, `only ${known} statements came from a known line`);
  },

  beforeEach(this: {currentTest: MochaTest}): void {
    const test = this.currentTest;
    const {fn} = test;
    const isCalledBack = test.async > 0;
    const checked = (context: unknown) =>
      [...dataSources].reduce<() => Promise<unknown>>(
        (run, dataSource) => () =>
          assertNoRepeatedStatements(dataSource, () => seen(dataSource, run)),
        isCalledBack
          ? () => promised(done => fn.call(context, done))
          : async () => fn.call(context),
      )();
    test.fn = isCalledBack
      ? function (this: unknown, done) {
          void checked(this).then(() => done!(), done);
        }
      : function (this: unknown) {
          return checked(this);
        };
  },
};

/** How many statements came from a known line. */
let known = 0;

async function seen(
  dataSource: DataSourceLike,
  run: () => Promise<unknown>,
): Promise<unknown> {
  const {result, statements} = await record(dataSource, run);
  known += statements.filter(({from}) => from !== undefined).length;
  return result;
}

function promised(
  run: (done: (error?: unknown) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    run(error => {
      if (error) reject(error);
      else resolve();
    });
  });
}
