import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {fork, restore, snapshot} from '../../testing';
import {
  givenKeys,
  type KeyModel,
  type KeyValueDataSource,
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

/** What removes expired keys, which a timer calls otherwise. */
function expiryOf({connector}: KeyValueDataSource): {goOn(): Promise<void>} {
  return (connector as any).expiry;
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
    await tryOftenAsync(
      fc.asyncProperty(
        fc.array(operation, {minLength: 1, maxLength: 40}),
        async operations => {
          const {clock, dataSource, Item} = given();
          await dataSource.connect();
          let twin = new Twin(clock);
          let kept = {state: snapshot(dataSource), twin: twin.copy()};
          const forks: {Item: KeyModel; twin: Twin}[] = [];
          for (const each of operations) {
            switch (each.op) {
              case 'set':
                await Item.set(
                  each.key,
                  each.value,
                  each.ttl === undefined ? {} : {ttl: each.ttl},
                );
                twin.set(each.key, each.value, each.ttl);
                break;
              case 'expire':
                assert.equal(
                  await answerOf(Item.expire(each.key, each.ttl)),
                  twin.expire(each.key, each.ttl),
                );
                break;
              case 'delete':
                await Item.delete(each.key);
                twin.delete(each.key);
                break;
              case 'deleteAll':
                await Item.deleteAll();
                twin.deleteAll();
                break;
              case 'pass':
                clock.pass(each.ms);
                break;
              case 'keep':
                kept = {state: snapshot(dataSource), twin: twin.copy()};
                break;
              case 'restore':
                await restore(kept.state);
                twin = kept.twin.copy();
                break;
              case 'fork':
                forks.push({
                  Item: fork(dataSource).getModel('Item'),
                  twin: twin.copy(),
                });
                break;
              case 'reopen':
                await dataSource.disconnect();
                await dataSource.connect();
                break;
              case 'removeExpired':
                await expiryOf(dataSource).goOn();
            }
            await compare(Item, twin);
          }
          for (const {Item, twin} of forks) await compare(Item, twin);
          assert.deepEqual(dataSource.connector.database.verify(), []);
          await dataSource.disconnect();
        },
      ),
      runs,
    );
  }
});
