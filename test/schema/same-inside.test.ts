import assert from 'node:assert/strict';
import {areSameInside} from '../../lib/schema/same-inside';
import type {NestedTypes, Shape} from '../../lib/schema/schema';
import {schemaOf} from '../support/schema/example';

function nested(shapes: Record<string, Shape>, first: string): NestedTypes {
  return {shapes, shapeOf: {place: first}};
}

function areSame(a: NestedTypes | undefined, b: NestedTypes | undefined) {
  const columns = {id: 'number', place: 'object'} as const;
  const schema = (types: NestedTypes | undefined) =>
    schemaOf({columns, ...(types && {nested: types})});
  const found = areSameInside(schema(a), schema(b), 'place');
  assert.equal(areSameInside(schema(b), schema(a), 'place'), found);
  return found;
}

const point: Shape = {columns: {x: 'number'}, shapeOf: {}};

describe('What two schemas declare inside of a column', () => {
  it('is the same where neither declares anything', () => {
    assert.ok(areSame(undefined, undefined));
  });

  it('is another where one declares nothing', () => {
    assert.ok(!areSame(undefined, nested({p: point}, 'p')));
  });

  it('does not depend on the names of shapes', () => {
    assert.ok(areSame(nested({p: point}, 'p'), nested({q: point}, 'q')));
  });

  it('does not depend on the order of properties', () => {
    const a: Shape = {columns: {x: 'number', y: 'any'}, shapeOf: {}};
    const b: Shape = {columns: {y: 'any', x: 'number'}, shapeOf: {}};
    assert.ok(areSame(nested({a}, 'a'), nested({b}, 'b')));
  });

  it('is another where a type is another one, at any depth', () => {
    const outer: Shape = {columns: {in: 'object'}, shapeOf: {in: 'inner'}};
    const inner = (x: 'number' | 'string'): Shape => ({
      columns: {x},
      shapeOf: {},
    });
    const of = (x: 'number' | 'string') =>
      nested({outer, inner: inner(x)}, 'outer');
    assert.ok(areSame(of('number'), of('number')));
    assert.ok(!areSame(of('number'), of('string')));
  });

  it('is another where there is a property more', () => {
    const more: Shape = {columns: {x: 'number', y: 'any'}, shapeOf: {}};
    assert.ok(!areSame(nested({p: point}, 'p'), nested({p: more}, 'p')));
  });

  it('is found out where shapes contain themselves', () => {
    const self = (name: string): Shape => ({
      columns: {next: 'object', x: 'number'},
      shapeOf: {next: name},
    });
    const one = nested({a: self('a')}, 'a');
    const two = nested({a: self('b'), b: self('a')}, 'a');
    assert.ok(areSame(one, two));
    const end: Shape = {columns: {next: 'object', x: 'string'}, shapeOf: {}};
    assert.ok(!areSame(one, nested({a: self('b'), b: end}, 'a')));
  });
});
