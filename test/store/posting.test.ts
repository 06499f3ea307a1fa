import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {singleKeyOrder, tupleOrder} from '../../lib/store/tree/key-order';
import {
  forEachId,
  type Posting,
  postingHas,
  PostingList,
  postingSize,
  withId,
  withoutId,
} from '../../lib/store/posting';
import {type Owner, stop} from '../../lib/store/tree/tree';
import {tryOften} from '../support/random';

function idsOf(posting: Posting): unknown[] {
  const ids: unknown[] = [];
  forEachId(posting, id => void ids.push(id));
  return ids;
}

function add(posting: Posting, id: number, owner: Owner): Posting {
  return withId(posting, id, singleKeyOrder, owner);
}

function take(posting: Posting, id: number, owner: Owner): Posting {
  return withoutId(posting, id, singleKeyOrder, owner);
}

/** The posting of the ids from 1 to `count`. */
function postingTo(count: number): Posting {
  const owner = {};
  let posting: Posting = 1;
  for (let id = 2; id <= count; id++) posting = add(posting, id, owner);
  return posting;
}

function assertSame(posting: Posting, twin: ReadonlySet<number>): void {
  const expected = [...twin].sort((a, b) => a - b);
  if (expected.length === 0) {
    assert.equal(posting, undefined);
    return;
  }
  assert.deepEqual(idsOf(posting), expected);
  assert.equal(postingSize(posting), expected.length);
}

/** What one statement does to a posting, with an owner of its own. */
const statement = fc.record({
  /** Which of the postings so far it goes on from. */
  from: fc.nat(),
  firstId: fc.nat(80),
  count: fc.integer({min: 1, max: 45}),
  adds: fc.boolean(),
});

describe('a posting', () => {
  it('holds what a set holds, and stays as it was for other owners', () => {
    tryOften(
      fc.property(fc.array(statement, {maxLength: 25}), statements => {
        const kept: [Posting, Set<number>][] = [[undefined, new Set()]];
        for (const {from, firstId, count, adds} of statements) {
          const owner = {};
          const [start, startTwin] = kept[from % kept.length]!;
          let posting = start;
          const twin = new Set(startTwin);
          for (let id = firstId; id < firstId + count; id++) {
            if (adds === twin.has(id)) continue;
            if (!adds) posting = take(posting, id, owner);
            else if (twin.size === 0) posting = id;
            else posting = add(posting, id, owner);
            if (adds) twin.add(id);
            else twin.delete(id);
            assertSame(posting, twin);
          }
          kept.push([posting, twin]);
          for (const [old, oldTwin] of kept) assertSame(old, oldTwin);
        }
      }),
      100,
    );
  });

  it('tells which ids it has', () => {
    const ids = fc.uniqueArray(fc.nat(100), {minLength: 1, maxLength: 60});
    tryOften(
      fc.property(ids, fc.nat(100), ([first, ...others], id) => {
        const owner = {};
        const posting = others.reduce<Posting>(
          (current, other) => add(current, other, owner),
          first,
        );
        assert.equal(
          postingHas(posting, id, singleKeyOrder),
          id === first || others.includes(id),
        );
      }),
    );
  });

  it('is the id itself while there is one', () => {
    assert.equal(take(postingTo(2), 1, {}), 2);
  });

  it('is nothing when its last id is taken out', () => {
    assert.equal(take(5, 5, {}), undefined);
  });

  it('keeps 32 ids in an array and more in a tree', () => {
    const asArray = postingTo(32) as PostingList;
    const asTree = postingTo(33) as PostingList;
    assert.deepEqual(
      [Array.isArray(asArray.ids), Array.isArray(asTree.ids)],
      [true, false],
    );
  });

  it('does not go to and fro between array and tree at the threshold', () => {
    const owner = {};
    const tree = postingTo(33);
    const fewer = take(tree, 33, owner) as PostingList;
    assert.equal(Array.isArray(fewer.ids), false);
  });

  it('becomes an array again when half of the ids are gone', () => {
    let posting = postingTo(33);
    const owner = {};
    for (let id = 33; id > 16; id--) posting = take(posting, id, owner);
    assert.ok(Array.isArray((posting as PostingList).ids));
  });

  it('is changed in place, as a tree, for the owner that made it', () => {
    const owner = {};
    const posting = add(postingTo(33), 34, owner);
    assert.equal(add(posting, 35, owner), posting);
  });

  it('holds composite ids without taking them for lists', () => {
    const order = tupleOrder([1, 1]);
    const one: Posting = [1, 'a'];
    assert.deepEqual([postingSize(one), idsOf(one)], [1, [[1, 'a']]]);
    const two = withId(one, [0, 'b'], order, {});
    assert.deepEqual(idsOf(two), [
      [0, 'b'],
      [1, 'a'],
    ]);
    assert.equal(postingHas(two, [1, 'a'], order), true);
  });

  for (const count of [1, 5, 40]) {
    it(`of ${count} is visited no further than the visitor wants`, () => {
      const wanted = Math.ceil(count / 2);
      const visited: unknown[] = [];
      const result = forEachId(postingTo(count), id => {
        visited.push(id);
        return visited.length === wanted ? stop : undefined;
      });
      assert.equal(result, stop);
      assert.equal(visited.length, wanted);
    });

    it(`of ${count} says when it was visited to its end`, () => {
      assert.equal(
        forEachId(postingTo(count), () => undefined),
        undefined,
      );
    });
  }
});
