import assert from 'node:assert/strict';
import {isObject, isPlainObject, isRecord} from '../../lib/base/objects';

class City {
  readonly name = 'Oslo';
}

describe('isObject, isRecord and isPlainObject', () => {
  const examples: readonly [title: string, value: unknown, held: string][] = [
    ['an object literal', {a: 1}, 'isObject isRecord isPlainObject'],
    [
      'an object without a prototype',
      Object.create(null),
      'isObject isRecord isPlainObject',
    ],
    ['an instance of a class', new City(), 'isObject isRecord'],
    ['a date', new Date(0), 'isObject isRecord'],
    ['a regular expression', /a/, 'isObject isRecord'],
    ['an array', [1], 'isObject'],
    ['null', null, ''],
    ['undefined', undefined, ''],
    ['a string', 'a', ''],
    ['a number', 1, ''],
    ['a function', City, ''],
  ];
  const asked = {isObject, isRecord, isPlainObject};
  for (const [title, value, held] of examples) {
    it(`hold for ${title}: ${held || 'none of them'}`, () => {
      const names = Object.entries(asked)
        .filter(([, holds]) => holds(value))
        .map(([name]) => name);
      assert.equal(names.join(' '), held);
    });
  }
});
