import assert from 'node:assert/strict';
import {fork, reset, seed, withRollback} from '../../../testing';
import {makeDataSource} from '../../support/connector/data-source';
import {makeBlog, messageOf, rowsIn} from '../../support/testing/blog';
import {useDirectory} from '../../support/persistence/directory';

describe('A seed', () => {
  it('writes the rows of an object by their models', async () => {
    const dataSource = makeBlog();
    await seed(dataSource, {User: [{name: 'Ann', age: 30}, {name: 'Bob'}]});
    assert.deepEqual(await rowsIn(dataSource, 'User'), [
      {id: 1, name: 'Ann', age: 30, isAdmin: false},
      {id: 2, name: 'Bob', isAdmin: false},
    ]);
    assert.deepEqual(dataSource.connector.database.verify(), []);
  });

  it('gives the ids of the rows that have names', async () => {
    const ids = await seed(makeBlog(), {
      User: {ann: {name: 'Ann'}},
      Post: [{'@': 'first', title: 'First', author: '@ann', id: 7}],
    });
    assert.deepEqual(ids, {ann: 1, first: 7});
  });

  it('takes several sources, and functions that give some', async () => {
    const dataSource = makeBlog();
    await seed(dataSource, [
      {User: {ann: {name: 'Ann'}}},
      () => ({Post: [{title: 'First', author: '@ann'}]}),
      () => [{Post: [{title: 'Second', author: '@ann'}]}],
    ]);
    const posts = await rowsIn(dataSource, 'Post');
    assert.deepEqual(
      posts.map(({authorId, title}) => [title, authorId]),
      [
        ['First', 1],
        ['Second', 1],
      ],
    );
  });

  it('has functions write rows themselves, with those before them there', async () => {
    const dataSource = makeBlog();
    let name: string | undefined;
    await seed(dataSource, [
      {User: [{name: 'Ann'}]},
      async (db: any) => {
        ({name} = await db.models.User.findOne());
        return db.models.User.create([{name: 'Bob'}]);
      },
      (db: any) => db.models.User.updateAll({name: 'Bob'}, {age: 5}),
    ]);
    assert.equal(name, 'Ann');
    const [, bob] = await rowsIn(dataSource, 'User');
    assert.equal(bob.age, 5);
  });

  it('belongs to the rows, so to all datasources on the same store', async () => {
    const first = makeBlog({store: 'seeded'});
    const second = makeBlog({store: 'seeded'});
    await seed(first, {User: {ann: {name: 'Ann'}}});
    await seed(second, {User: [{name: 'Bob', bossId: '@ann'}]});
    await (first as any).models.User.destroyAll();
    await reset(second);
    assert.deepEqual(
      (await rowsIn(first, 'User')).map(({name}) => name),
      ['Ann', 'Bob'],
    );
    await (first as any).models.User.destroyAll();
    await reset(first);
    assert.equal((await rowsIn(first, 'User')).length, 2);
  });

  it('is what reset leads back to', async () => {
    const dataSource = makeBlog();
    await seed(dataSource, {User: [{name: 'Ann'}]});
    await (dataSource as any).models.User.create({name: 'Bob'});
    await reset(dataSource);
    const users = await rowsIn(dataSource, 'User');
    assert.deepEqual(
      users.map(({name}) => name),
      ['Ann'],
    );
  });

  it('adds to what is there, and refers to it by name', async () => {
    const dataSource = makeBlog();
    await seed(dataSource, {User: {ann: {name: 'Ann'}}});
    await seed(dataSource, {Post: [{title: 'First', author: '@ann'}]});
    const [post] = await rowsIn(dataSource, 'Post');
    assert.equal(post.authorId, 1);
    await reset(dataSource);
    assert.equal((await rowsIn(dataSource, 'Post')).length, 1);
  });

  it('refers to properties of what was seeded before', async () => {
    const dataSource = makeBlog();
    await seed(dataSource, {User: {ann: {name: 'Ann', age: 30}}});
    await seed(dataSource, {
      Post: [{title: '@ann.name', author: '@ann', reviewers: ['@ann.age']}],
    });
    const [{title, reviewers}] = await rowsIn(dataSource, 'Post');
    assert.deepEqual([title, [...reviewers]], ['Ann', [30]]);
    const message = await messageOf(
      seed(dataSource, {Post: [{title: '@ann.nmae', author: '@an'}]}),
    );
    assert.match(message, /^2 mistakes in the seed, and nothing was seeded:/);
    assert.match(message, /nmae/);
  });

  it('does not refer to a row that is gone', async () => {
    const dataSource = makeBlog();
    await withRollback(dataSource, db =>
      seed(db, {User: {ann: {name: 'Ann'}}}),
    );
    const message = await messageOf(
      seed(dataSource, {Post: [{title: 'First', author: '@ann'}]}),
    );
    assert.match(message, /no row has that name/);
  });

  it('leaves nothing behind when a later part of it fails', async () => {
    const dataSource = makeBlog();
    const broken = seed(dataSource, [
      {User: [{name: 'Ann'}]},
      async (db: any) => db.models.User.create({name: 'Bob'}),
      {Post: [{title: 'First'}]},
    ]);
    await assert.rejects(broken, {code: 'INVALID_VALUE'});
    assert.deepEqual(await rowsIn(dataSource, 'User'), []);
  });

  it('is written to a fork', async () => {
    const dataSource = makeBlog();
    const forked = fork(dataSource);
    await seed(forked, {User: [{name: 'Ann'}]});
    assert.equal((await rowsIn(forked, 'User')).length, 1);
    assert.equal((await rowsIn(dataSource, 'User')).length, 0);
  });

  it('runs the hooks, validations and setters of models', async () => {
    const dataSource = makeBlog();
    const {User} = (dataSource as any).models;
    User.observe('before save', async ({instance}: any) => {
      instance.name = instance.name.toUpperCase();
    });
    User.validatesLengthOf('name', {max: 5});
    await seed(dataSource, {User: [{name: 'Ann'}]});
    const [user] = await rowsIn(dataSource, 'User');
    assert.equal(user.name, 'ANN');
    const message = await messageOf(
      seed(dataSource, {User: [{name: 'Bob'}, {name: 'Barbara'}]}),
    );
    assert.match(message, /row 2 of User: .*too long/);
    assert.equal((await rowsIn(dataSource, 'User')).length, 1);
  });

  it('writes the same rows as the models themselves do', async () => {
    const rows = [
      {name: 'Ann', age: 3, born: '2001-02-03', isAdmin: true},
      {age: null, name: 'Bob', bossId: undefined},
      {name: 'Cid', id: 9, born: new Date(5)},
      {name: 'Dan'},
    ];
    const plain = makeBlog();
    const asked = makeBlog();
    (asked as any).models.User.observe('before save', async () => undefined);
    for (const dataSource of [plain, asked]) {
      await seed(dataSource, {User: rows});
    }
    const [ours, theirs] = [plain, asked].map(({connector}) => {
      const stored: object[] = [];
      connector.database.head.tables
        .get('User')!
        .rows.forEach(row => void stored.push(row));
      return stored;
    });
    assert.deepEqual(ours, theirs);
    assert.equal(JSON.stringify(ours), JSON.stringify(theirs));
  });

  for (const emulate of ['postgresql', 'mysql', 'sqlite', 'mongodb']) {
    it(`is written where ${emulate} is emulated`, async () => {
      const dataSource = makeDataSource({emulate});
      const id = {type: emulate === 'mongodb' ? String : Number, id: true};
      for (const [name, other] of [
        ['Book', 'writer'],
        ['Writer', 'hero'],
      ] as const) {
        dataSource.define(
          name,
          {
            id: {...id, generated: true},
            name: {type: String, required: true},
            [other]: id.type === String ? String : Number,
          },
          {strict: true},
        );
      }
      await dataSource.connect();
      const {jo} = await seed(dataSource, {
        Book: [
          {name: 'First', writer: '@jo'},
          {name: 'Next', writer: '@jo'},
        ],
        Writer: {jo: {name: 'Jo'}},
      });
      const books = await (dataSource as any).models.Book.find({order: 'name'});
      assert.equal(books.length, 2);
      for (const {writer} of books) assert.equal(String(writer), String(jo));
      await assert.rejects(
        seed(dataSource, {Book: [{name: 'Last'}, {}]}),
        /row 2 of Book: name is required/,
      );
      assert.equal(await (dataSource as any).models.Book.count(), 2);
    });
  }

  it('is part of no transaction that is open', async () => {
    const dataSource = makeBlog();
    const {User} = (dataSource as any).models;
    const transaction = await User.beginTransaction({});
    await User.create({name: 'Open'}, {transaction});
    await seed(dataSource, {User: [{name: 'Ann'}]});
    await transaction.commit();
    const users = await rowsIn(dataSource, 'User');
    assert.deepEqual(
      new Set(users.map(({name}) => name)),
      new Set(['Ann', 'Open']),
    );
  });

  it('refuses what is no seed, and options that there are not', async () => {
    const dataSource = makeBlog();
    await assert.rejects(seed(dataSource, 5 as never), {
      code: 'INVALID_SETTING',
      message: /cannot be 5/,
    });
    await assert.rejects(seed(dataSource, {}, {clock: 1} as never), {
      code: 'INVALID_SETTING',
      message: /no option "clock"/,
    });
    await assert.rejects(seed(dataSource, {}, {now: 'someday'}), {
      code: 'INVALID_SETTING',
      message: /now cannot be "someday"/,
    });
  });
});

describe('A seed of a datasource with a file', () => {
  const place = useDirectory();

  it('is there when the file is opened again', async () => {
    const file = place('db.json');
    const dataSource = makeBlog({file});
    await seed(dataSource, {User: [{name: 'Ann'}]});
    await dataSource.disconnect();
    const again = makeBlog({file});
    assert.equal((await rowsIn(again, 'User')).length, 1);
    await again.disconnect();
  });
});

describe('Seeds at the same time', () => {
  it('lose nothing of each other, nor of what others write', async () => {
    const dataSource: any = makeBlog();
    const {User} = dataSource.models;
    const done = await Promise.allSettled([
      seed(dataSource, {User: [{name: 'Ann'}]}),
      seed(dataSource, {User: [{name: 'Bob'}]}),
      seed(dataSource, {User: [{name: 5}]}),
      User.create({name: 'Eve'}),
    ]);
    assert.deepEqual(
      done.map(({status}) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
    );
    const names = (await rowsIn(dataSource, 'User')).map(({name}) => name);
    assert.deepEqual(new Set(names), new Set(['Ann', 'Bob', 'Eve']));
    assert.equal(names.length, 3);
    assert.deepEqual(dataSource.connector.database.verify(), []);
  });
});
