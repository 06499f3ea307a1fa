import assert from 'node:assert/strict';
import {mock} from 'node:test';
import * as fc from 'fast-check';
import {SliceQueue} from '../../lib/base/slice-queue';
import {
  eachInSlices,
  mapInSlices,
  runAtOnce,
  type Sliced,
  someInSlices,
  sortInSlices,
} from '../../lib/base/slices';
import {tryOften} from '../support/random';
import {answerOrWaits} from '../support/waits';

const numbers = Array.from({length: 1000}, (_, i) => i);

/** Work that can be cut so many times; notes each step in `log`. */
function* steps(name: string, count: number, log: string[]): Sliced<string> {
  for (let step = 1; step <= count; step++) {
    log.push(`${name}${step}`);
    yield;
  }
  return name;
}

describe('work in slices', () => {
  it('visits each item once, in order', () => {
    const seen: number[] = [];
    runAtOnce(eachInSlices(numbers, item => void seen.push(item)));
    assert.deepEqual(seen, numbers);
  });

  it('maps as an array does', () => {
    const doubled = runAtOnce(mapInSlices(numbers, item => item * 2));
    assert.deepEqual(
      doubled,
      numbers.map(item => item * 2),
    );
  });

  it('ends a search at the first item that passes', () => {
    let tested = 0;
    const test = (item: number): boolean => {
      tested++;
      return item === 500;
    };
    assert.equal(runAtOnce(someInSlices(numbers, test)), true);
    assert.equal(tested, 501);
  });

  it('sorts as an array does, equal items as they came', () => {
    const items = fc.array(fc.nat(50), {minLength: 0, maxLength: 5000});
    const property = fc.property(items, keys => {
      const pairs = keys.map((key, place) => ({key, place}));
      const order = (a: {key: number}, b: {key: number}) => a.key - b.key;
      const sorted = runAtOnce(sortInSlices(pairs, order));
      assert.deepEqual(sorted, pairs.toSorted(order));
    });
    tryOften(property, 50);
  });

  it('can be cut while it visits, maps and sorts many items', () => {
    const order = (a: number, b: number) => b - a;
    for (const work of [
      eachInSlices(numbers, () => undefined),
      mapInSlices(numbers, item => item),
      sortInSlices([...numbers, ...numbers], order),
    ]) {
      let cuts = 0;
      while (work.next().done !== true) cuts++;
      assert.ok(cuts > 1);
    }
  });
});

describe('a queue of slices', () => {
  it('answers short work at once', () => {
    const log: string[] = [];
    assert.equal(new SliceQueue(60_000).run(steps('a', 3, log)), 'a');
    assert.deepEqual(log, ['a1', 'a2', 'a3']);
  });

  it('fails at once where the first slice fails', () => {
    const failing = mapInSlices(numbers, () => {
      throw new Error('no');
    });
    assert.throws(() => new SliceQueue(0).run(failing), /no/);
  });

  it('gives works their turns one after the other', async () => {
    const log: string[] = [];
    const queue = new SliceQueue(0);
    const results = await Promise.all([
      queue.run(steps('a', 3, log)),
      queue.run(steps('b', 2, log)),
    ]);
    assert.deepEqual(results, ['a', 'b']);
    assert.deepEqual(log, ['a1', 'a2', 'b1', 'a3', 'b2']);
  });

  it('lets the event loop turn between slices', async () => {
    let ticks = 0;
    setImmediate(() => ticks++);
    await new SliceQueue(0).run(steps('a', 2, []));
    assert.ok(ticks > 0);
  });

  it('says that a work is cut before anybody else has a turn', async () => {
    const log: string[] = [];
    const queue = new SliceQueue(0);
    const answer = queue.run(steps('a', 2, log), () => log.push('cut'));
    log.push('others');
    await answer;
    assert.deepEqual(log, ['a1', 'cut', 'others', 'a2']);
  });

  it('fails later with what a later slice fails with', async () => {
    const failing = (function* (): Sliced<void> {
      yield;
      throw new Error('late');
    })();
    const answer = new SliceQueue(0).run(failing) as Promise<void>;
    await assert.rejects(answer, /late/);
  });

  it('goes on though a test has faked the timers', async () => {
    const queue = new SliceQueue(0);
    mock.timers.enable({apis: ['setImmediate', 'setTimeout']});
    let answer: unknown;
    try {
      answer = queue.run(steps('a', 3, []));
    } finally {
      mock.timers.reset();
    }
    assert.equal(await answerOrWaits(Promise.resolve(answer)), 'a');
  });
});
