/**
 * Tests that leave the database otherwise than they found it, each after each other
 * one, in the functions of whichever runner.
 */
const assert = require('node:assert/strict');
const {
  givenInMemoryDb,
  isolate,
} = require('loopback-connector-inmemory/testing');
const {NoteRepository, NotesApplication} = require('./application');

/** What a test may do, by what it leaves behind. */
const deeds = {
  'adds a row': async notes => {
    const {id} = await notes.create({text: 'more'});
    assert.equal(id, 4);
  },
  'changes all rows': async notes => {
    await notes.updateAll({text: 'changed'});
  },
  'deletes all rows': async notes => {
    await notes.deleteAll();
  },
  'leaves a transaction open': async notes => {
    const transaction = await notes.beginTransaction();
    await notes.deleteById(1, {transaction});
  },
};

function permutations(list) {
  if (list.length < 2) return [list];
  return list.flatMap((first, index) =>
    permutations(list.toSpliced(index, 1)).map(rest => [first, ...rest]),
  );
}

/** `part` is which quarter of all orders is tested, from 0 to 3. */
module.exports = (runner, part, options = {}) => {
  const {describe, it} = runner;
  const before = runner.before ?? runner.beforeAll;
  const after = runner.after ?? runner.afterAll;
  let app;
  let dbs;

  before(async () => {
    app = new NotesApplication();
    dbs = await givenInMemoryDb(app, {
      seed: async () => {
        const notes = await app.getRepository(NoteRepository);
        await notes.createAll(['a', 'b', 'c'].map(text => ({text})));
      },
    });
    await app.start();
  });
  after(() => app.stop());

  const orders = permutations(Object.keys(deeds));
  for (const order of orders.slice(part * 6, part * 6 + 6)) {
    describe(`in the order ${order.join(', ')}`, () => {
      isolate(() => dbs.db, options);
      for (const deed of order) {
        it(`begins with what was seeded, and ${deed}`, async () => {
          const notes = await app.getRepository(NoteRepository);
          const rows = await notes.find({order: ['id']});
          assert.deepEqual(
            rows.map(({id, text}) => `${id} ${text}`),
            ['1 a', '2 b', '3 c'],
          );
          await deeds[deed](notes);
        });
      }
    });
  }
};
