import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {fork, restore, type Snapshot, snapshot} from '../../testing';
import {
  givenKeys,
  type KeyModel,
  type StandingClock,
} from '../support/connector/keys';
import {useDirectory} from '../support/persistence/directory';
import {tryOftenAsync} from '../support/random';

/** Keys and values as a map, of which each call looks at all. */
class Twin {
  private entries = new Map<string, {value: unknown; expiresAt: number}>();

  constructor(private readonly clock: StandingClock) {}

  copy(): Twin {
    const copy = new Twin(this.clock);
    copy.entries = new Map(this.entries);
    return copy;
  }

  private get live(): [string, {value: unknown; expiresAt: number}][] {
    return [...this.entries].filter(
      ([, {expiresAt}]) => expiresAt > this.clock.nowMs,
    );
  }

  private of(key: string) {
    return this.live.find(([each]) => each === key)?.[1];
  }

  get(key: string): unknown {
    return this.of(key)?.value ?? null;
  }

  set(key: string, value: unknown, ttl = Infinity): undefined {
    const expiresAt = this.clock.nowMs + ttl;
    this.entries.set(key, {value: structuredClone(value), expiresAt});
  }

  expire(key: string, ttl: number): unknown {
    const entry = this.of(key);
    if (entry === undefined) return 'ROW_NOT_FOUND';
    return this.set(key, entry.value, ttl);
  }

  ttl(key: string): unknown {
    const entry = this.of(key);
    if (entry === undefined) return 'ROW_NOT_FOUND';
    const left = entry.expiresAt - this.clock.nowMs;
    return left === Infinity ? undefined : left;
  }

  keys(prefix: string): string[] {
    return this.live
      .map(([key]) => key)
      .filter(key => key.startsWith(prefix))
      .sort();
  }

  delete(key: string): undefined {
    this.entries.delete(key);
  }

  deleteAll(): undefined {
    this.entries.clear();
  }
}

const key = fc.constantFrom('a', 'ab', 'b', 'b:1', '__proto__', '\u{1f600}');
const ttl = fc.integer({min: 1, max: 50});
const value = fc.oneof(
  fc.string({maxLength: 3}),
  fc.double(),
  fc.boolean(),
  fc.integer().map(ms => new Date(ms)),
  fc.constantFrom('12', '{"a":1}', 'null', '[]'),
  fc.array(fc.integer(), {maxLength: 3}),
  fc.dictionary(
    fc.constantFrom('x', 'y.z', 'key'),
    fc.integer().map(n => [n]),
  ),
);

const operation = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant('set' as const),
      key,
      value,
      ttl: fc.option(ttl, {nil: undefined}),
    }),
  },
  fc.record({op: fc.constant('expire' as const), key, ttl}),
  fc.record({op: fc.constant('delete' as const), key}),
  fc.record({op: fc.constant('pass' as const), ms: fc.nat(40)}),
  fc.constantFrom(
    {op: 'deleteAll' as const},
    {op: 'keep' as const},
    {op: 'restore' as const},
    {op: 'fork' as const},
    {op: 'reopen' as const},
    {op: 'removeExpired' as const},
  ),
);

/** What a call gives, or the code that it fails with. */
async function answerOf(call: Promise<unknown>): Promise<unknown> {
  return call.catch((error: {code: string}) => error.code);
}

async function compare(Item: KeyModel, twin: Twin): Promise<void> {
  for (const each of ['a', 'ab', 'b', 'b:1', '__proto__', '\u{1f600}']) {
    assert.deepEqual(await answerOf(Item.get(each)), twin.get(each));
    assert.deepEqual(await answerOf(Item.ttl(each)), twin.ttl(each));
  }
  assert.deepEqual(await Item.keys(), twin.keys(''));
  assert.deepEqual(await Item.keys({match: 'b*'}), twin.keys('b'));
}

type Operation = {
  readonly key: string;
  readonly value: unknown;
  readonly ttl: number;
  readonly ms: number;
};

/** A datasource and its twin, each asked for the same. */
class Pair {
  private twin: Twin;
  private kept: {readonly state: Snapshot; readonly twin: Twin};
  private readonly forks: {readonly Item: KeyModel; readonly twin: Twin}[] = [];

  constructor(private readonly given: ReturnType<typeof givenKeys>) {
    this.twin = new Twin(given.clock);
    this.kept = {state: snapshot(given.dataSource), twin: this.twin.copy()};
  }

  private get Item(): KeyModel {
    return this.given.Item;
  }

  async set({key, ttl, value}: Operation): Promise<void> {
    await this.Item.set(key, value, ttl === undefined ? {} : {ttl});
    this.twin.set(key, value, ttl);
  }

  async expire({key, ttl}: Operation): Promise<void> {
    const answer = await answerOf(this.Item.expire(key, ttl));
    assert.equal(answer, this.twin.expire(key, ttl));
  }

  async delete({key}: Operation): Promise<void> {
    await this.Item.delete(key);
    this.twin.delete(key);
  }

  async deleteAll(): Promise<void> {
    await this.Item.deleteAll();
    this.twin.deleteAll();
  }

  async pass({ms}: Operation): Promise<void> {
    this.given.clock.pass(ms);
  }

  async keep(): Promise<void> {
    const state = snapshot(this.given.dataSource);
    this.kept = {state, twin: this.twin.copy()};
  }

  async restore(): Promise<void> {
    await restore(this.kept.state);
    this.twin = this.kept.twin.copy();
  }

  async fork(): Promise<void> {
    const {dataSource} = this.given;
    const Item = fork(dataSource).getModel('Item');
    this.forks.push({Item, twin: this.twin.copy()});
  }

  async reopen(): Promise<void> {
    await this.given.dataSource.disconnect();
    await this.given.dataSource.connect();
  }

  /** A timer does so otherwise. */
  async removeExpired(): Promise<void> {
    await (this.given.dataSource.connector as any).expiry.goOn();
  }

  async compare(): Promise<void> {
    await compare(this.Item, this.twin);
  }

  async end(): Promise<void> {
    for (const {Item, twin} of this.forks) await compare(Item, twin);
    const {dataSource} = this.given;
    assert.deepEqual(dataSource.connector.database.verify(), []);
    await dataSource.disconnect();
  }
}

describe('keys and values', () => {
  const fileNamed = useDirectory();

  it('are what a map has, whatever is called and however time passes', () =>
    holds(() => givenKeys(), 150));

  it('are so in a file too', () => {
    let files = 0;
    return holds(() => {
      const file = fileNamed(`${files++}.json`);
      return givenKeys({file, fsync: 'no'});
    }, 40);
  });

  async function holds(given: typeof givenKeys, runs: number): Promise<void> {
    const operations = fc.array(operation, {minLength: 1, maxLength: 40});
    const property = fc.asyncProperty(operations, async all => {
      const keys = given();
      await keys.dataSource.connect();
      const pair = new Pair(keys);
      for (const each of all) {
        await pair[each.op](each as unknown as Operation);
        await pair.compare();
      }
      await pair.end();
    });
    await tryOftenAsync(property, runs);
  }
});
