import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {nearest} from '../../lib/base/nearest';
import {tryOften} from '../support/random';

/** The edit distance by its recursive definition. */
function naiveDistance(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const rest = naiveDistance(a.slice(1), b.slice(1));
  if (a[0] === b[0]) return rest;
  const isSwapped = a.length > 1 && a[0] === b[1] && a[1] === b[0];
  return (
    1 +
    Math.min(
      rest,
      naiveDistance(a.slice(1), b),
      naiveDistance(a, b.slice(1)),
      isSwapped ? naiveDistance(a.slice(2), b.slice(2)) : Infinity,
    )
  );
}

describe('nearest', () => {
  it('finds the word of which a letter is missing', () => {
    assert.equal(nearest('limt', ['where', 'limit', 'order']), 'limit');
  });

  it('counts two letters that changed places as one', () => {
    assert.equal(nearest('adn', ['and', 'or']), 'and');
    assert.equal(nearest('naem', ['id', 'name']), 'name');
  });

  it('ignores the case of letters', () => {
    assert.equal(nearest('CONTAINEDBY', ['containedBy']), 'containedBy');
  });

  it('prefers the nearer of two candidates', () => {
    assert.equal(nearest('inqq', ['nin', 'inq']), 'inq');
  });

  it('keeps the first of candidates equally near', () => {
    assert.equal(nearest('lte', ['lt', 'gte']), 'lt');
  });

  it('finds nothing when no candidate is near enough to be meant', () => {
    assert.equal(nearest('banana', ['where', 'order']), undefined);
  });

  it('finds nothing among no candidates', () => {
    assert.equal(nearest('limit', []), undefined);
  });

  it('lets one letter of a short word differ', () => {
    assert.equal(nearest('g', ['gt']), 'gt');
  });

  it('takes no letter for another one', () => {
    assert.equal(nearest('n', ['b', 'm']), undefined);
  });

  it('agrees with the recursive definition of the edit distance', () => {
    const word = fc.string({
      unit: fc.constantFrom('a', 'b', 'c'),
      maxLength: 6,
    });
    tryOften(
      fc.property(word, fc.array(word, {maxLength: 5}), (text, candidates) => {
        const limit = Math.max(1, Math.floor(text.length / 3));
        const distances = candidates.map(other => {
          const distance = naiveDistance(text, other);
          const isOther = distance >= Math.max(text.length, other.length);
          return isOther ? Infinity : distance;
        });
        const least = Math.min(...distances);
        const expected =
          least <= limit ? candidates[distances.indexOf(least)] : undefined;
        assert.equal(nearest(text, candidates), expected);
      }),
    );
  });
});
