import assert from 'node:assert/strict';
import {
  DefaultCrudRepository,
  Entity,
  juggler,
  model,
  property,
} from '@loopback/repository';
import {diff, fork, isolate, restore, snapshot} from '../../../testing';
import * as inmemory from '../../../index';

@model()
class City extends Entity {
  @property({type: 'number', id: true, generated: true})
  id?: number;
  @property({type: 'string', required: true})
  name!: string;
}

const db = new juggler.DataSource({name: 'db', connector: inmemory});
const cities = new DefaultCrudRepository<City, number>(City, db);

// docs/testing.md: isolate
describe('cities', () => {
  isolate(db, {seed: () => cities.createAll([{name: 'Bern'}, {name: 'Chur'}])});

  it('can be deleted', async () => {
    await cities.deleteAll();
    assert.equal((await cities.count()).count, 0);
  });

  it('are all there again in the next test', async () => {
    assert.equal((await cities.count()).count, 2);
    assert.equal((await cities.create({name: 'Basel'})).id, 3);
  });
});
// end

describe('the documented example of states', () => {
  it('goes back, tells what differs, and forks', async () => {
    await cities.createAll([{name: 'Bern'}, {name: 'Chur'}]);
    // docs/testing.md: snapshot
    const before = snapshot(db);
    await cities.updateById(1, {name: 'Berne'});
    await cities.create({name: 'Basel'});

    assert.deepEqual(diff(before, db), {
      City: {
        added: [{id: 3, name: 'Basel'}],
        changed: [
          {before: {id: 1, name: 'Bern'}, after: {id: 1, name: 'Berne'}},
        ],
      },
    });

    const other = new DefaultCrudRepository<City, number>(City, fork(before));
    assert.equal((await other.findById(1)).name, 'Bern');

    await restore(before);
    assert.deepEqual(diff(before, db), {});
    // end
  });
});
