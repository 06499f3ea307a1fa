import assert from 'node:assert/strict';
import {
  DefaultCrudRepository,
  Entity,
  juggler,
  model,
  property,
} from '@loopback/repository';
import * as inmemory from '../../index';
import {isCast, sanitizedFlat} from '../../lib/connector/cast-check';

const properties = {n: {type: Number}, s: {type: String}, at: {type: Date}};

/** An instance of a class with these values, as a repository has them. */
class Values extends Entity {
  static of(values: object): Values {
    return Object.assign(new Values(), values);
  }
}

describe('The check whether values need a cast', () => {
  const date = new Date(0);
  const cases: [string, unknown, boolean][] = [
    ['values of the declared types', {n: 1, s: 'a', at: date}, true],
    ['null and undefined', {n: null, s: undefined}, true],
    ['what is not declared', {other: [1]}, true],
    ['operators with such values', {at: {gt: date}, n: {inq: [1, 2]}}, true],
    ['an instance of a class', Values.of({n: 1, at: date}), true],
    ['a text for a number', {n: '1'}, false],
    ['a text for a date', {at: '1970-01-01'}, false],
    ['a date that is none', {at: new Date(Number.NaN)}, false],
    ['an instance of a class with a text', Values.of({n: '1'}), false],
    ['an array', [{n: 1}], false],
    ['a text', 'n', false],
  ];
  for (const [what, values, expected] of cases) {
    it(`says ${expected ? 'no' : 'yes'} to ${what}`, () => {
      assert.equal(isCast(values, properties), expected);
    });
  }

  it('takes undefined values out of a plain row', () => {
    const row = {n: 1, s: undefined, ['__proto__']: 2};
    const sanitized = sanitizedFlat(row);
    assert.deepEqual(Object.entries(sanitized!), [
      ['n', 1],
      ['__proto__', 2],
    ]);
  });

  it('has a plain row without undefined values stay the same object', () => {
    const row = {n: 1, s: null, at: new Date(1)};
    assert.equal(sanitizedFlat(row), row);
  });

  it('leaves a row that is not flat to the juggler', () => {
    assert.equal(sanitizedFlat({n: 1, deep: {}}), undefined);
    assert.equal(sanitizedFlat([1]), undefined);
  });

  it('leaves an instance of a class as it is, as the juggler does', () => {
    const row = Values.of({n: 1, s: undefined, deep: {}});
    assert.equal(sanitizedFlat(row), row);
    assert.deepEqual(Object.keys(row), ['n', 's', 'deep']);
  });
});

@model()
class Event extends Entity {
  @property({type: 'number', id: true})
  id!: number;
  @property({type: 'number'})
  n?: number;
  @property({type: 'date'})
  at?: Date;
}

describe('An update through a repository', () => {
  let events: DefaultCrudRepository<Event, number>;
  beforeEach(async () => {
    const dataSource = new juggler.DataSource({connector: inmemory});
    events = new DefaultCrudRepository(Event, dataSource);
    await events.create({id: 1, n: 1, at: new Date(1)});
  });

  it('casts what needs it', async () => {
    const texts: object = {n: '2', at: '1970-01-01T00:00:00.002Z'};
    await events.updateById(1, texts);
    const event = await events.findById(1);
    assert.deepEqual(event.toObject(), {id: 1, n: 2, at: new Date(2)});
  });

  it('does not share a date with its caller', async () => {
    const at = new Date(2);
    await events.updateById(1, {at});
    at.setTime(3);
    assert.deepEqual((await events.findById(1)).at, new Date(2));
  });
});
