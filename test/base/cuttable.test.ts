import assert from 'node:assert/strict';
import {
  andThen,
  atOnce,
  type Cuttable,
  cutIf,
  inPieces,
  inSlices,
  mapped,
  sorted,
  Work,
} from '../../lib/base/cuttable';
import {runAtOnce, type Sliced} from '../../lib/base/slices';

/** How often some work lets others have their turn, and its result. */
function run<T>(work: Sliced<T>): {turns: number; result: T} {
  for (let turns = 0; ; turns++) {
    const step = work.next();
    if (step.done === true) return {turns, result: step.value};
  }
}

function slicesOf<T>(work: Cuttable<T>): Sliced<T> {
  assert.ok(work instanceof Work);
  return work.slices;
}

/** Work that has two breaks before its result. */
function* slow<T>(result: T): Sliced<T> {
  yield;
  yield;
  return result;
}

describe('work that can be cut', () => {
  it('is done at once, without a Work, where nobody cuts it', () => {
    assert.equal(cutIf(false, slow(5)), 5);
  });

  it('is not begun where somebody cuts it', () => {
    let isBegun = false;
    const work = cutIf(
      true,
      (function* () {
        isBegun = true;
        yield;
        return 5;
      })(),
    );
    assert.equal(isBegun, false);
    assert.deepEqual(run(slicesOf(work)), {turns: 1, result: 5});
  });

  it('hands its result on, as a result or as more work', () => {
    const next = (n: number): Cuttable<number> =>
      andThen(cutIf(true, slow(n)), m => m + 1);
    assert.equal(
      andThen(1, n => n + 1),
      2,
    );
    assert.deepEqual(run(slicesOf(andThen(1, next))), {turns: 2, result: 2});
    const twice = andThen(cutIf(true, slow(1)), next);
    assert.deepEqual(run(slicesOf(twice)), {turns: 4, result: 2});
  });

  it('fails with the error of a later part when it comes to that', () => {
    const work = andThen(cutIf(true, slow(1)), () => {
      throw new Error('on purpose');
    });
    assert.throws(() => run(slicesOf(work)), /on purpose/);
  });

  it('may be done at once all the same', () => {
    assert.equal(atOnce(cutIf(true, slow(7))), 7);
    assert.equal(atOnce(7), 7);
  });

  it('is a part of other work in slices', () => {
    assert.deepEqual(run(inSlices(cutIf(true, slow('a')))), {
      turns: 2,
      result: 'a',
    });
    assert.deepEqual(run(inSlices('a')), {
      turns: 0,
      result: 'a',
    });
  });
});

describe('work in pieces', () => {
  it('asks for all there is at once, until there is nothing left', () => {
    const asked: number[] = [];
    const work = inPieces(false, most => asked.push(most) === 2);
    assert.equal(work, undefined);
    assert.deepEqual(asked, [Infinity, Infinity]);
  });

  it('asks for some steps at a time, with a break after each', () => {
    const asked: number[] = [];
    const work = inPieces(true, most => asked.push(most) === 3);
    assert.equal(run(slicesOf(work)).turns, 1);
    assert.ok(asked.every(most => most > 0 && most < 10_000));
  });

  it('needs no break for few steps', () => {
    assert.equal(
      inPieces(true, most => most >= 20),
      undefined,
    );
  });

  it('asks for fewer steps where they take longer', () => {
    const asked: number[] = [];
    const work = inPieces(true, most => {
      const end = performance.now() + 2;
      while (performance.now() < end);
      return asked.push(most) === 12;
    });
    run(slicesOf(work));
    assert.equal(asked[0]! > 1, true);
    assert.equal(asked.at(-1), 1);
  });
});

describe('items', () => {
  const items = Array.from({length: 3_000}, (_, i) => (i * 7919) % 3_000);
  const ascending = items.toSorted((a, b) => a - b);

  for (const isCut of [false, true]) {
    const how = isCut ? 'in slices' : 'at once';

    it(`are sorted ${how}`, () => {
      const work = sorted([...items], (a, b) => a - b, isCut);
      assert.equal(work instanceof Work, isCut);
      assert.deepEqual(atOnce(work), ascending);
    });

    it(`are changed in their order ${how}`, () => {
      const work = mapped(items, n => n * 2, isCut);
      assert.equal(work instanceof Work, isCut);
      const result = isCut ? runAtOnce(slicesOf(work)) : work;
      assert.deepEqual(
        result,
        items.map(n => n * 2),
      );
    });
  }
});
