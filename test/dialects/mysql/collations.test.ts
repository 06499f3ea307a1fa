import assert from 'node:assert/strict';
import {collationNamed} from '../../../lib/dialects/mysql/collations';

/** Signs of what MariaDB 10.11 says of two texts. */
type Example = readonly [a: string, b: string, sign: -1 | 0 | 1];

function check(name: string, examples: readonly Example[], hasPairs = false) {
  const {compare} = collationNamed(name, hasPairs);
  for (const [a, b, sign] of examples) {
    assert.equal(Math.sign(compare(a, b)), sign, `${a} and ${b}`);
    assert.equal(Math.sign(compare(b, a)) + sign, 0, `${b} and ${a}`);
  }
}

describe('utf8mb4_general_ci', () => {
  it('has case, accents and blanks at the end count for nothing', () => {
    check('utf8mb4_general_ci', [
      ['Bob', 'bob', 0],
      ['Émile', 'emile', 0],
      ['bob  ', 'bob', 0],
      ['ё', 'Е', 0],
      ['ς', 'Σ', 0],
      [' bob', 'bob', -1],
    ]);
  });

  it('has ß for s, and letters that Unicode takes apart for others', () => {
    check('utf8mb4_general_ci', [
      ['ß', 's', 0],
      ['ß', 'ss', -1],
      ['æ', 'ae', 1],
      ['ø', 'o', 1],
      ['Đ', 'đ', 0],
    ]);
  });

  it('has a text that goes on with less than a blank first', () => {
    check('utf8mb4_general_ci', [
      ['a\t', 'a', -1],
      ['a!', 'a', 1],
    ]);
  });

  it('has "_" behind the letters', () => {
    check('utf8mb4_general_ci', [
      ['_', 'z', 1],
      ['-', 'a', -1],
    ]);
  });

  it('has all letters beyond U+FFFF equal, unless they are kept as pairs', () => {
    check('utf8mb4_general_ci', [['😀', '😁', 0]]);
    check('utf8mb4_general_ci', [['😀', '😁', -1]], true);
  });
});

describe('utf8mb4_uca1400_ai_ci', () => {
  it('has letters equal that have one base', () => {
    check('utf8mb4_uca1400_ai_ci', [
      ['ß', 'ss', 0],
      ['æ', 'AE', 0],
      ['ø', 'o', 0],
      ['か', 'カ', 0],
      ['bob ', 'BOB', 0],
      ['😀', '😁', -1],
    ]);
  });

  it('has punctuation before digits before letters', () => {
    check('utf8mb4_uca1400_ai_ci', [
      ['_', '-', -1],
      ['-', '1', -1],
      ['1', 'a', -1],
    ]);
  });
});

describe('utf8mb4_0900_ai_ci', () => {
  it('has blanks at the end count', () => {
    check('utf8mb4_0900_ai_ci', [
      ['bob ', 'bob', 1],
      ['BOB', 'bób', 0],
    ]);
  });
});

describe('utf8mb4_bin', () => {
  it('has texts equal that are the same but for blanks at the end', () => {
    check('utf8mb4_bin', [
      ['Bob', 'bob', -1],
      ['é', 'e', 1],
      ['bob ', 'bob', 0],
    ]);
  });
});
