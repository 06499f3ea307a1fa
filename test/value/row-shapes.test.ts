import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {copyIn, copyRowIn, patchedCopy} from '../../lib/value/copy';
import {RowShapes} from '../../lib/value/row-shapes';
import {tryOften} from '../support/random';

const names = fc.constantFrom(
  'a',
  'b',
  'id',
  'v',
  '7',
  '__proto__',
  'toString',
);
const values = fc.oneof(
  fc.integer(),
  fc.string(),
  fc.constantFrom(null, undefined, 0.5, true, () => 1),
  fc.date({noInvalidDate: true}),
  fc.array(fc.integer(), {maxLength: 3}),
);

/** Objects whose properties, in any order, may have any name. */
const objects = fc
  .uniqueArray(fc.tuple(names, values), {selector: ([name]) => name})
  .map(entries => Object.fromEntries(entries));

describe('the shapes of rows', () => {
  it('change nothing in a copy but the properties that are added', () => {
    tryOften(
      fc.property(fc.array(objects, {maxLength: 20}), many => {
        const shapes = new RowShapes(['v', 'id']);
        for (const one of many) {
          const plain = copyIn(one);
          const row = copyRowIn(one, shapes);
          const added = ['v', 'id'].filter(name => !Object.hasOwn(plain, name));
          const expected = [
            ...Object.entries(plain),
            ...added.map(name => [name, null]),
          ];
          assert.deepEqual(Object.entries(row), expected);
          assert.equal(Object.getPrototypeOf(row), Object.prototype);
        }
      }),
    );
  });

  it('let a patch change some properties and add others', () => {
    tryOften(
      fc.property(objects, objects, (one, other) => {
        const [row, patch] = [copyIn(one), copyIn(other)];
        const before = Object.entries(row);
        const names = new Set([
          ...Object.keys(row),
          ...Object.keys(patch),
          'id',
        ]);
        const expected = [...names].map(name => [
          name,
          [patch, row].find(from => Object.hasOwn(from, name))?.[name] ?? null,
        ]);
        const next = patchedCopy(row, patch, new RowShapes(['id']));
        assert.deepEqual(
          new Map(Object.entries(next)),
          new Map(expected as []),
        );
        assert.deepEqual(Object.entries(row), before);
      }),
    );
  });

  it('give each row values of its own', () => {
    const shapes = new RowShapes([]);
    const given = {a: 1, at: new Date(0), list: [1]};
    const [first, second] = [
      copyRowIn(given, shapes),
      copyRowIn(given, shapes),
    ];
    assert.deepEqual(first, given);
    assert.notEqual(first, second);
    assert.notEqual(first['at'], given.at);
    assert.notEqual(first['list'], second['list']);
    first['a'] = 2;
    assert.equal(second['a'], 1);
    assert.equal(copyRowIn({a: 3, at: 4, list: 5}, shapes)['list'], 5);
  });

  it('tell names apart that look alike together', () => {
    const shapes = new RowShapes([]);
    for (const row of [{'a,b': 1}, {a: 1, b: 2}, {'a","b': 3}]) {
      assert.deepEqual(patchedCopy(row, {}, shapes), row);
    }
  });

  it('are not needed: rows of very many kinds, or with very many properties, are right', () => {
    const shapes = new RowShapes(['id']);
    for (let i = 0; i < 300; i++) {
      const row = {[`p${i}`]: i, __proto__: null};
      assert.deepEqual(patchedCopy(row, {}, shapes), {[`p${i}`]: i, id: null});
    }
    const wide = Object.fromEntries(
      Array.from({length: 1500}, (_, i) => [`p${i}`, i]),
    );
    assert.deepEqual(patchedCopy(wide, {}, shapes), {...wide, id: null});
  });
});
