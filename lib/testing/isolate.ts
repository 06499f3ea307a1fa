import {createRequire} from 'node:module';
import {InMemoryError, show} from '../base/errors';
import {inMemory} from '../connector/in-memory';
import {goBack, restore, type Snapshot, snapshot} from './snapshot';
import {sharedMap} from './seeded';
import {refuseUnknownOptions, requireFunction} from './arguments';
import {connected, type DataSourceLike} from './watched-models';

/** Calls a function around tests, as those of mocha, jest, vitest and `node:test`. */
type Hook = (run: () => Promise<void>) => unknown;

/** The functions of a test runner with which a suite says what is done around tests. */
export interface TestHooks {
  /** Before all tests of the suite; as mocha and `node:test` call it. */
  readonly before?: Hook;
  /** The same, as jest and vitest call it. */
  readonly beforeAll?: Hook;
  readonly beforeEach: Hook;
  readonly after?: Hook;
  readonly afterAll?: Hook;
}

export interface IsolateOptions<DS> {
  /** Writes what each test of the suite finds; called once. */
  readonly seed?: (dataSource: DS) => unknown;
  /** Those of the runner, where they are not global: `import * as hooks from 'vitest'`. */
  readonly hooks?: TestHooks;
}

/** What the tests of each suite begin with, the innermost suite last. */
const begins = sharedMap<Snapshot[]>('begins');

/**
 * Has each test of a suite begin with the same rows, whatever those before it did: to be
 * called where its hooks are, in a `describe` or at the top of a file. The suite
 * begins with what there is when its first test runs, and what `seed` adds to it;
 * after it all is as it was before. A `describe` within another one may add more by
 * a call of its own. Costs microseconds for each test.
 *
 *   describe('orders', () => {
 *     isolate(dataSource, {seed: givenOrders});
 *     it('can be cancelled', async () => { ... });
 *   });
 *
 * Tests that run at the same time on one datasource cannot be isolated; give each a
 * {@link fork}. Fails with INVALID_SETTING where the hooks of no runner are found.
 */
export function isolate<DS extends DataSourceLike>(
  dataSource: DS | (() => DS),
  options: IsolateOptions<DS> = {},
): void {
  refuseUnknownOptions('isolate', options, ['seed', 'hooks']);
  const {hooks = hooksOfRunner(), seed = () => undefined} = options;
  requireSeed(seed);
  const before = hookNamed(hooks, 'before', 'beforeAll');
  const after = hookNamed(hooks, 'after', 'afterAll');
  const beforeEach = hookNamed(hooks, 'beforeEach', 'beforeEach');
  // It may be made by a hook that runs before.
  const subject = (): DS =>
    typeof dataSource === 'function' ? dataSource() : dataSource;
  let outside: Snapshot | undefined;
  let inside: Snapshot | undefined;
  before(async () => {
    const db = subject();
    inMemory(db);
    await connected(db);
    const outer = suitesOf(db).at(-1);
    // A test of the suite around may have run already.
    if (outer !== undefined) await restore(outer);
    outside = outer ?? snapshot(db);
    try {
      await seed?.(db);
    } catch (error) {
      await goBack(outside);
      throw error;
    }
    inside = snapshot(db);
    suitesOf(db).push(inside);
  });
  beforeEach(async () => {
    if (inside !== undefined) await restore(inside);
  });
  after(async () => {
    if (inside === undefined || outside === undefined) return;
    // Asked again, the function may give another one.
    const suites = suitesOf(inside.dataSource);
    suites.splice(suites.indexOf(inside), 1);
    await goBack(outside);
  });
}

function suitesOf(dataSource: object): Snapshot[] {
  const known = begins.get(dataSource);
  if (known !== undefined) return known;
  const suites: Snapshot[] = [];
  begins.set(dataSource, suites);
  return suites;
}

function hookNamed(hooks: TestHooks, ...names: (keyof TestHooks)[]): Hook {
  for (const name of names) {
    const hook = hooks[name];
    if (typeof hook === 'function') return hook;
  }
  throw new InMemoryError(
    'INVALID_SETTING',
    `isolate() finds no ${names.join('() or ')}() in ${
      Object.keys(hooks).join(', ') || show(hooks)
    }: give it those of your test runner, as in isolate(dataSource, {hooks: ` +
      '{before, beforeEach, after}}).',
    {property: 'hooks'},
  );
}

/** Of Node.js itself: which of its modules are loaded. Deprecated, but in all versions. */
const {moduleLoadList} = process as {moduleLoadList?: readonly string[]};

/** Whether somebody uses `node:test`, in `node --test` or a file that is run by itself. */
function isInNodeTest(): boolean {
  return (
    process.env['NODE_TEST_CONTEXT'] !== undefined ||
    moduleLoadList?.some(name => name.endsWith('test_runner/harness')) === true
  );
}

function requireSeed(seed: unknown): void {
  if (typeof seed === 'function') return;
  throw new InMemoryError(
    'INVALID_SETTING',
    'seed of isolate() must be a function, such as ' +
      `{seed: db => seed(db, rows)}, and not ${show(seed)}.`,
    {property: 'seed', value: seed},
  );
}

/** The global hooks of mocha, jest or vitest; else those of `node:test`, where it runs. */
function hooksOfRunner(): TestHooks {
  const {afterAll, after, before, beforeAll, beforeEach} =
    globalThis as unknown as Partial<TestHooks>;
  if (beforeEach !== undefined) {
    return {
      beforeEach,
      ...(before && {before}),
      ...(beforeAll && {beforeAll}),
      ...(after && {after}),
      ...(afterAll && {afterAll}),
    };
  }
  if (isInNodeTest()) {
    return createRequire(__filename)('node:test') as TestHooks;
  }
  throw new InMemoryError(
    'INVALID_SETTING',
    'isolate() finds no beforeEach(): call it where the hooks of your test ' +
      'runner are global, or give them to it: import * as hooks from "vitest"; ' +
      'isolate(dataSource, {hooks}).',
    {property: 'hooks'},
  );
}

/**
 * Runs a function, and has a datasource hold again what it held before, whether the
 * function succeeds or fails, and whatever it committed. Gives its result, or fails
 * as it does. For what is under way at the same time see {@link restore}.
 */
export async function withRollback<DS extends DataSourceLike, T>(
  dataSource: DS,
  fn: (dataSource: DS) => T | Promise<T>,
): Promise<T> {
  inMemory(dataSource);
  requireFunction('withRollback', fn);
  await connected(dataSource);
  const before = snapshot(dataSource);
  try {
    return await fn(dataSource);
  } finally {
    await goBack(before);
  }
}
