import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  compileAny,
  compileAnyWhole,
  compileMeetsArray,
  compileValueAt,
  meetsArray,
  parsePath,
  valueAt,
} from '../../lib/value/path';
import {rowWithGaps, storedRow, tryOften} from '../support/random';

const path = fc
  .array(fc.constantFrom('a', 'b', '0', '1', '__proto__', 'constructor'), {
    minLength: 1,
    maxLength: 4,
  })
  .map(parts => parts.join('.'));

const inherited = ['constructor', 'toString', '__proto__', 'hasOwnProperty'];

describe('parsePath', () => {
  it('splits a path at its dots', () => {
    assert.deepEqual(parsePath('a.b.0'), ['a', 'b', '0']);
  });
});

/** What a path leads to in a row. */
type Example = readonly [
  title: string,
  row: object,
  path: string,
  value: unknown,
];

describe('valueAt', () => {
  const examples: readonly Example[] = [
    ['a property', {a: 1}, 'a', 1],
    ['a nested property', {a: {b: {c: 1}}}, 'a.b.c', 1],
    ['a whole array', {a: [1]}, 'a', [1]],
    ['one element', {a: [1, {b: 2}]}, 'a.1.b', 2],
    ['nothing below an array', {a: [{b: 2}]}, 'a.b', undefined],
    ['nothing at an element that is not there', {a: [1]}, 'a.1', undefined],
    ['nothing at the length of an array', {a: [1]}, 'a.length', undefined],
    ['nothing at an index with a leading 0', {a: [1]}, 'a.00', undefined],
    ['nothing at a negative index', {a: [1]}, 'a.-1', undefined],
    ['a property of digits', {a: {0: 1}}, 'a.0', 1],
    ['nothing below a missing property', {}, 'a.b', undefined],
    ['nothing below null', {a: null}, 'a.b', undefined],
    ['nothing below a string', {a: 'xyz'}, 'a.length', undefined],
    ['nothing below a string by index', {a: 'xyz'}, 'a.0', undefined],
    ['nothing below a number', {a: 1}, 'a.b', undefined],
    ['nothing below bytes', {a: Buffer.from('x')}, 'a.0', undefined],
    ['nothing below a date', {a: new Date(0)}, 'a.b', undefined],
    ['null', {a: {b: null}}, 'a.b', null],
  ];
  for (const [title, row, text, value] of examples) {
    it(`finds ${title}`, () => {
      assert.deepEqual(valueAt(row, parsePath(text)), value);
    });
  }

  it('never finds what objects inherit', () => {
    for (const name of inherited) {
      assert.equal(valueAt({}, [name]), undefined);
      assert.equal(valueAt({a: {}}, ['a', name]), undefined);
    }
  });

  it('finds a property with an inherited name that is the row’s own', () => {
    const row = JSON.parse('{"__proto__": 1, "constructor": 2}') as object;
    assert.equal(valueAt(row, ['__proto__']), 1);
    assert.equal(valueAt(row, ['constructor']), 2);
  });
});

describe('compileValueAt', () => {
  it('finds what valueAt finds', () => {
    tryOften(
      fc.property(rowWithGaps, path, (row, text) => {
        const parts = parsePath(text);
        assert.deepEqual(compileValueAt(parts)(row), valueAt(row, parts));
      }),
      1000,
    );
  });
});

describe('meetsArray', () => {
  const examples: readonly [row: object, path: string, expected: boolean][] = [
    [{a: 1}, 'a', false],
    [{a: [1]}, 'a', true],
    [{a: []}, 'a', true],
    [{a: [{b: 1}]}, 'a.b', true],
    [{a: [{b: 1}]}, 'a.0', false],
    [{a: [{b: 1}]}, 'a.0.b', false],
    [{a: [[1]]}, 'a.0', true],
    [{a: {b: [1]}}, 'a.b', true],
    [{a: {b: [1]}}, 'a', false],
    [{a: Buffer.from('x')}, 'a', false],
    [{}, 'a.b', false],
    [{a: []}, 'a.length', true],
  ];
  for (const [row, text, expected] of examples) {
    const verb = expected ? 'meets' : 'meets no';
    it(`${text} ${verb} array in ${JSON.stringify(row)}`, () => {
      assert.equal(meetsArray(row, parsePath(text)), expected);
    });
  }

  it('is false only where valueAt tells all that compileAny reaches', () => {
    tryOften(
      fc.property(storedRow, path, (row, text) => {
        const parts = parsePath(text);
        fc.pre(!meetsArray(row, parts));
        const reached: unknown[] = [];
        const note = (value: unknown) => {
          reached.push(value);
          return false;
        };
        compileAny(parts, note, false)(row);
        assert.deepEqual(reached, [valueAt(row, parts)]);
      }),
      1000,
    );
  });
});

describe('compileMeetsArray', () => {
  it('answers what meetsArray answers', () => {
    tryOften(
      fc.property(rowWithGaps, path, (row, text) => {
        const parts = parsePath(text);
        const expected = meetsArray(row, parts);
        assert.equal(compileMeetsArray(parts)(row), expected);
      }),
      500,
    );
  });
});

describe('compileAny', () => {
  const isOne = (value: unknown) => value === 1;
  const found: readonly [row: object, path: string, expected: boolean][] = [
    [{a: 1}, 'a', true],
    [{a: 2}, 'a', false],
    [{a: [2, 1]}, 'a', true],
    [{a: [2, 3]}, 'a', false],
    [{a: [[1]]}, 'a', false],
    [{a: {b: 1}}, 'a.b', true],
    [{a: [{b: 2}, {b: 1}]}, 'a.b', true],
    [{a: [{b: [2, 1]}]}, 'a.b', true],
    [{a: [[{b: 1}]]}, 'a.b', true],
    [{a: [{b: 2}, {b: 1}]}, 'a.0.b', false],
    [{a: [{b: 2}, {b: 1}]}, 'a.1.b', true],
    [{a: [{0: 1}]}, 'a.0', false],
    [{}, 'a', false],
    [{a: null}, 'a.b', false],
  ];
  for (const [row, text, expected] of found) {
    const verb = expected ? 'finds' : 'does not find';
    it(`${verb} 1 at ${text} of ${JSON.stringify(row)}`, () => {
      assert.equal(compileAny(parsePath(text), isOne, false)(row), expected);
    });
  }

  it('tries undefined where a property is missing', () => {
    const isMissing = (value: unknown) => value === undefined;
    for (const text of ['a', 'a.b']) {
      assert.equal(compileAny(parsePath(text), isMissing, false)({}), true);
    }
  });

  const empty: readonly [row: object, path: string][] = [
    [{a: []}, 'a'],
    [{a: []}, 'a.b'],
    [{a: {b: []}}, 'a.b'],
    [{a: [{b: []}]}, 'a.b'],
    [{a: [[], []]}, 'a.b'],
  ];
  for (const whenEmpty of [true, false]) {
    for (const [row, text] of empty) {
      const shown = JSON.stringify(row);
      it(`answers ${whenEmpty} where ${text} meets but empty ${shown}`, () => {
        const any = compileAny(parsePath(text), isOne, whenEmpty);
        assert.equal(any(row), whenEmpty);
      });
    }
  }

  it('asks only the values that it reaches when one array of many is empty', () => {
    const never = () => false;
    const rows = [{a: [{b: []}, {b: 1}]}, {a: [[], [{b: 1}]]}];
    for (const row of rows) {
      assert.equal(compileAny(['a', 'b'], never, true)(row), false);
    }
  });

  it('never reaches what objects inherit', () => {
    const isPresent = (value: unknown) => value !== undefined;
    for (const name of inherited) {
      assert.equal(compileAny([name], isPresent, false)({}), false);
      assert.equal(compileAny(['a', name], isPresent, false)({a: {}}), false);
    }
  });
});

describe('compileAnyWhole', () => {
  const examples: readonly [row: object, path: string, expected: boolean][] = [
    [{a: 1}, 'a', true],
    [{a: null}, 'a', true],
    [{a: undefined}, 'a', false],
    [{}, 'a', false],
    [{a: []}, 'a', true],
    [{a: {}}, 'a.b', false],
    [{a: {b: null}}, 'a.b', true],
    [{a: [{}, {b: null}]}, 'a.b', true],
    [{a: [{}]}, 'a.b', false],
    [{a: []}, 'a.b', false],
    [{a: [1]}, 'a.0', true],
    [{a: [1]}, 'a.1', false],
    [{}, 'constructor', false],
    [{a: {}}, 'a.toString', false],
  ];
  for (const [row, text, expected] of examples) {
    const verb = expected ? 'exists' : 'does not exist';
    it(`${text} ${verb} in ${JSON.stringify(row)}`, () => {
      const isThere = (value: unknown): boolean => value !== undefined;
      const exists = compileAnyWhole(parsePath(text), isThere);
      assert.equal(exists(row), expected);
    });
  }

  it('hands an array at the end of the path over as a whole', () => {
    const seen: unknown[] = [];
    const row = {items: [{tags: ['a', 'b']}, {tags: []}]};
    compileAnyWhole(['items', 'tags'], value => {
      seen.push(value);
      return false;
    })(row);
    assert.deepEqual(seen, [['a', 'b'], []]);
  });
});
