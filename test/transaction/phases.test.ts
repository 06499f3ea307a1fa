import assert from 'node:assert/strict';
import {
  autocommit,
  begin,
  databaseWith,
  outcomeOf,
} from '../support/transaction/session';

const start = [
  {id: 1, name: 'a', code: 10},
  {id: 2, name: 'b', code: 20},
];

describe('The first updater wins, so a statement on a row changed since its snapshot', () => {
  it('fails at once, though another transaction keeps the row', async () => {
    const database = databaseWith(start);
    const late = begin(database, 'REPEATABLE READ');
    await late.find();
    await autocommit(database).update({id: 1}, {name: 'x'});
    const holder = begin(database);
    await holder.update({id: 1}, {name: 'y'});
    const update = late.update({id: 1}, {name: 'z'});
    assert.equal(await outcomeOf(update), 'SERIALIZATION_FAILURE');
    holder.rollback();
  });
});
