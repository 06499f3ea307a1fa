import assert from 'node:assert/strict';
import {refuseMistakenOperator} from '../../lib/query/mistaken-operator';
import {schemaOf} from '../support/schema/example';

const schema = schemaOf({columns: {id: 'number', name: 'string', ors: 'any'}});

describe('refuseMistakenOperator', () => {
  const mistaken: readonly [string, unknown, string?][] = [
    ['orr', [{name: 'a'}, {name: 'b'}], 'or'],
    ['adn', [{name: 'a'}], 'and'],
    ['$or', [{name: 'a'}], 'or'],
    ['OR', [{name: 'a'}], 'or'],
    ['nro', [{x: 1}], 'nor'],
    ['orr', {0: {name: 'a'}, 1: {name: 'b'}}, 'or'],
    ['either', [{name: {gt: 'a'}}, {name: 'b'}]],
    ['either', [{and: [{name: 'a'}]}]],
  ];
  for (const [key, value, meant] of mistaken) {
    it(`refuses ${JSON.stringify({[key]: value})}`, () => {
      assert.throws(() => refuseMistakenOperator(key, value, schema), {
        code: 'INVALID_FILTER',
        details: {table: 'City', property: key},
        message:
          meant === undefined
            ? /operators are and, or/
            : new RegExp(
                `"${key.replace('$', '\\$')}" has .*did you mean "${meant}"\\?`,
              ),
      });
    });
  }

  const values: readonly [string, unknown][] = [
    ['tags', ['a', 'b']],
    ['tags', []],
    ['orr', []],
    ['orr', ['a']],
    ['orr', [{a: 1}, 'a']],
    ['orr', {eq: [{a: 1}]}],
    ['orr', [new Date(0)]],
    ['orr', 'a'],
    ['orr', null],
    ['items', [{name: 'a'}, {x: {y: 1}}]],
    ['ors', [{name: 'a'}]],
    ['ors.and', [{name: {gt: 1}}]],
    ['o', [{a: 1}]],
  ];
  for (const [key, value] of values) {
    it(`takes ${JSON.stringify({[key]: value})} for a value`, () => {
      refuseMistakenOperator(key, value, schema);
    });
  }
});
