import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type {Condition} from '../../lib/query/condition';
import {compileFilter} from '../../lib/query/filter';
import {compilePredicate} from '../../lib/query/predicate';
import type {Row} from '../../lib/value/copy';
import {rowCodeOf} from '../../lib/value/row-code';
import {anyValue, tryOften} from '../support/random';

/** Names with few values each, so that conditions often hold. */
const name = fc.constantFrom('a', 'b', 'constructor', '__proto__', '0');
const operand = fc.oneof(
  fc.constantFrom<unknown[]>(true, false, 0, -0, 1, 2n, 'a', '', Number.NaN),
  fc.constantFrom(new Date(0), new Date(1), new Date(Number.NaN)),
  anyValue,
);

const rows: fc.Arbitrary<Row[]> = fc.array(
  fc.dictionary(name, fc.oneof(operand, fc.array(operand, {maxLength: 2}))),
);

const leaf: fc.Arbitrary<Condition> = fc
  .tuple(
    fc.constantFrom<('eq' | 'gt' | 'gte' | 'lt' | 'lte')[]>(
      'eq',
      'gt',
      'gte',
      'lt',
      'lte',
    ),
    fc.oneof(
      name.map(part => [part]),
      fc.tuple(name, name),
    ),
    operand,
  )
  .map(([kind, path, value]) => ({kind, path, value}));

const between: fc.Arbitrary<Condition> = fc
  .tuple(name, operand, operand)
  .map(([part, low, high]) => ({kind: 'between', path: [part], low, high}));

const differs: fc.Arbitrary<Condition> = fc
  .tuple(name, operand, fc.boolean())
  .map(([part, value, matchesNull]) => ({
    kind: 'differs',
    leaf: {kind: 'eq', path: [part], value},
    matchesNull,
  }));

const condition: fc.Arbitrary<Condition> = fc.oneof<fc.Arbitrary<Condition>[]>(
  leaf,
  between,
  differs,
  fc
    .array(leaf, {minLength: 1, maxLength: 3})
    .map(conditions => ({kind: 'and', conditions})),
  leaf.map(negated => ({kind: 'not', condition: negated})),
  fc.constantFrom<Condition[]>({kind: 'always'}, {kind: 'never'}),
);

const code = rowCodeOf(['a', 'b']);

describe('compileFilter', () => {
  it('finds the rows that the predicate finds, values of all kinds', () => {
    tryOften(
      fc.property(condition, rows, (tested, all) => {
        const filter = compileFilter(tested, code);
        const expected = all.filter(compilePredicate(tested));
        assert.deepEqual([...filter(all)], expected);
        assert.deepEqual([...filter(all)], expected);
      }),
      2_000,
    );
  });

  it('leaves what it found before as it was', () => {
    const filter = compileFilter({kind: 'eq', path: ['a'], value: 1}, code);
    const found = filter([{a: 1, b: 1}, {a: 2}]);
    filter([{a: 1, b: 2}]);
    assert.deepEqual(found, [{a: 1, b: 1}]);
  });

  it('finds the rows by any number of names', () => {
    for (let i = 0; i < 1_100; i++) {
      const property = `a "${i}'\\`;
      const path = [property];
      const found = compileFilter({kind: 'eq', path, value: i}, code);
      assert.deepEqual(found([{[property]: i}, {a: i}, {[property]: -1}]), [
        {[property]: i},
      ]);
    }
  });
});
