import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {PriorityQueue} from '../../lib/base/priority-queue';
import {plain, tryOften} from '../support/random';

interface Item {
  readonly priority: number;
  readonly rank: number;
}

const item: fc.Arbitrary<Item> = plain<Item>({
  priority: fc.oneof(
    fc.integer({min: 0, max: 5}),
    fc.double({min: 0, noNaN: true}),
  ),
  rank: fc.integer({min: 0, max: 3}),
});

const byRank = (a: Item, b: Item): number => a.rank - b.rank;
const inOrder = (a: Item, b: Item): number =>
  a.priority < b.priority ? -1 : a.priority > b.priority ? 1 : byRank(a, b);

describe('PriorityQueue', () => {
  it('gives what a sorted list gives, whatever comes in between', () => {
    tryOften(
      fc.property(
        fc.array(fc.oneof(item, fc.constant('pop' as const)), {maxLength: 60}),
        steps => {
          const queue = new PriorityQueue<Item>(byRank);
          let twin: Item[] = [];
          for (const step of [...steps, ...steps.map(() => 'pop' as const)]) {
            if (step === 'pop') {
              const first = twin.shift();
              const popped = queue.pop();
              assert.deepEqual(popped, first);
            } else {
              queue.push(step.priority, step);
              twin = [...twin, step].sort(inOrder);
            }
          }
          assert.equal(queue.pop(), undefined);
        },
      ),
      1_000,
    );
  });
});
