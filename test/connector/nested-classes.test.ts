import assert from 'node:assert/strict';
import {
  DefaultCrudRepository,
  Entity,
  juggler,
  Model,
  model,
  property,
} from '@loopback/repository';
import * as inmemory from '../../index';

@model()
class Slot extends Model {
  @property({type: 'date'})
  from?: Date | string;

  @property({type: 'number'})
  price?: number | string;

  @property({type: 'geopoint'})
  at?: object;

  @property({type: () => Slot})
  next?: Slot;
}

@model()
class Booking extends Entity {
  @property({type: 'number', id: true, generated: true})
  id?: number;

  @property({type: Slot})
  slot?: Partial<Slot>;

  @property.array(Slot)
  slots?: Partial<Slot>[];

  @property({type: () => Booking})
  previous?: Partial<Booking>;

  @property({type: 'object'})
  free?: object;
}

const rows = [
  {slot: {from: '2020-01-01', price: '9', next: {price: '7'}}},
  {slots: [{from: '2020-02-01'}, {price: '3', at: '1,2'}]},
  {previous: {slot: {from: '2020-03-01'}}, free: {from: '2020-03-01'}},
];

function repository(settings: object = {}) {
  const db = new juggler.DataSource({
    name: 'db',
    connector: inmemory as object,
    ...settings,
  });
  return new DefaultCrudRepository<Booking, number>(Booking, db);
}

describe('a class that is nested in a LoopBack 4 model', () => {
  const conditions: readonly [object, number[]][] = [
    [{'slot.from': '2020-01-01'}, [1]],
    [{'slot.from': {lt: '2020-06-01T00:00:00Z'}}, [1]],
    [{'slot.price': {inq: ['9', '10']}}, [1]],
    [{'slot.price': {neq: '9'}}, [2, 3]],
    [{'slot.next.price': '7'}, [1]],
    [{'slots.from': {between: ['2020-01-01', '2020-12-31']}}, [2]],
    [{'slots.1.price': '3'}, [2]],
    [{'slots.at.lat': '1'}, [2]],
    [{'previous.slot.from': {gt: '2020-01-01'}}, [3]],
    [{'free.from': '2020-03-01'}, [3]],
    [{slot: {from: '2020-01-01', price: '9', next: {price: '7'}}}, [1]],
  ];
  for (const [where, ids] of conditions) {
    it(`is found by ${JSON.stringify(where)}`, async () => {
      const bookings = repository();
      await bookings.createAll(rows as Partial<Booking>[]);
      const found = await bookings.find({where});
      assert.deepEqual(
        found.map(({id}) => id),
        ids,
      );
      assert.equal((await bookings.count(where)).count, ids.length);
    });
  }

  it('has its values cast when they are updated', async () => {
    const bookings = repository();
    await bookings.createAll(rows as Partial<Booking>[]);
    await bookings.updateById(1, {slot: {from: '2022-01-01', price: '5'}});
    await bookings.updateAll({slots: [{price: '6'}]}, {id: {gt: 1}});
    await bookings.replaceById(3, {slot: {price: '8'}});
    assert.equal(
      (await bookings.count({'slot.from': '2022-01-01'} as object)).count,
      1,
    );
    assert.equal((await bookings.count({'slots.price': 6} as object)).count, 1);
    assert.equal(
      (await bookings.count({'slot.price': {gt: 4}} as object)).count,
      2,
    );
  });

  it('has its properties known where unknown ones are refused', async () => {
    const bookings = repository({unknownProperties: 'error'});
    await bookings.find({where: {'slot.next.next.from': 1} as object});
    const where = {'slot.next.form': 1} as object;
    await assert.rejects(bookings.find({where}), {
      message: /"slot\.next\.form", .* did you mean "slot\.next\.from"/,
    });
  });
});
