import assert from 'node:assert/strict';
import type {InMemoryError} from '../../../index';
import {seed} from '../../../testing';
import {makeDataSource} from '../../support/connector/data-source';
import {makeBlog, messageOf, rowsIn} from '../../support/testing/blog';

const post = {title: 'First', authorId: 1};

describe('The mistakes of a seed', () => {
  it('are told all at once, and nothing is written', async () => {
    const dataSource = makeBlog();
    const message = await messageOf(
      seed(dataSource, {
        Usr: [{}],
        User: [
          {name: 'Ann'},
          {age: 'old', isAdmin: 'yes', born: 'never', bossId: '@none'},
          5 as never,
        ],
        Post: [{...post, reviewers: [1, 'x'], about: 7}],
      }),
    );
    assert.equal(
      message,
      [
        '9 mistakes in the seed, and nothing was seeded:',
        '  seed: there is no model "Usr" on this datasource; did you mean User?',
        '  row 3 of User: a row must be an object, and is 5',
        '  row 2 of User: age must be a number, and is "old"',
        '  row 2 of User: isAdmin must be true or false, and is "yes"',
        '  row 2 of User: born must be a date, such as "2026-01-31" or "2026-01-31T12:00:00Z", and is "never"',
        '  row 2 of User: name is required',
        '  row 1 of Post: reviewers has element 2, which must be a number, and is "x"',
        '  row 1 of Post: about must be an object, and is 7',
        '  row 2 of User: bossId refers to "@none", and no row has that name (a text that begins with @ is written "@@none")',
      ].join('\n'),
    );
    assert.deepEqual(await rowsIn(dataSource, 'User'), []);
  });

  it('ask for the reference that was meant where a name is given without @', async () => {
    const dataSource = makeBlog();
    const {models} = dataSource as any;
    models.Post.belongsTo(models.User, {as: 'writer', foreignKey: 'authorId'});
    await seed(dataSource, {User: {bob: {name: 'Bob'}}});
    const message = await messageOf(
      seed(dataSource, {
        User: {ann: {name: 'Ann', boss: 'ann'}, eve: {name: 'Eve', bos: 'ann'}},
        Post: [{title: 'First', writer: 'ann', authorId: 'bob'}],
      }),
    );
    assert.equal(
      message,
      [
        '4 mistakes in the seed, and nothing was seeded:',
        '  User "ann": User has no property "boss"; did you mean "@ann", the row of that name?',
        '  User "eve": User has no property "bos"',
        '  row 1 of Post: writer is a relation; did you mean "@ann", the row of that name?',
        '  row 1 of Post: authorId must be a number, and is "bob"; did you mean "@bob", the row of that name?',
      ].join('\n'),
    );
  });

  it('are told as sentences where there is but one', async () => {
    for (const [source, message] of [
      [
        {Usr: [{}]},
        'seed: there is no model "Usr" on this datasource; did you mean User? Nothing was seeded.',
      ],
      [
        {User: [{name: 5}]},
        'row 1 of User: name must be a text, in quotes, and is 5. Nothing was seeded.',
      ],
    ] as const) {
      assert.equal(await messageOf(seed(makeBlog(), source)), message);
    }
  });

  it('are told up to the twentieth', async () => {
    const rows = Array.from({length: 30}, () => ({}));
    const error = (await seed(makeBlog(), {User: rows}).catch(
      (error: unknown) => error,
    )) as InMemoryError;
    assert.equal(error.code, 'INVALID_VALUE');
    assert.equal(error.details.problemCount, 30);
    const lines = error.message.split('\n');
    assert.equal(lines.length, 22);
    assert.equal(lines.at(-1), '  and 10 more');
  });

  it('are those of the database, too: rows with a key that is taken', async () => {
    const dataSource = makeBlog();
    const message = await messageOf(
      seed(dataSource, {
        User: [{name: 'Ann'}],
        Post: [post, {...post, title: 'Next'}, post, {...post, title: 'Next'}],
      }),
    );
    assert.match(message, /^2 mistakes in the seed/);
    assert.match(message, /row 3 of Post: .*"First"/);
    assert.match(message, /row 4 of Post: .*"Next"/);
    assert.deepEqual(await rowsIn(dataSource, 'User'), []);
  });

  it('are those of the database, too: rows that refer to none', async () => {
    const message = await messageOf(
      seed(makeBlog(), {User: [{name: 'Ann'}, {name: 'Bob', bossId: 3}]}),
    );
    assert.match(message, /^row 2 of User: .*3/);
  });

  it('are rows that refer to none of a table with another name, and none later', async () => {
    const dataSource = makeDataSource() as any;
    dataSource.define('User', {name: String}, {memory: {collection: 'users'}});
    dataSource.define(
      'Post',
      {userId: Number},
      {
        foreignKeys: {
          user: {entity: 'User', entityKey: 'id', foreignKey: 'userId'},
        },
      },
    );
    const message = await messageOf(seed(dataSource, {Post: [{userId: 3}]}));
    assert.match(message, /^row 1 of Post: .*3/);
    await seed(dataSource, {Post: [{}]});
    await assert.rejects(dataSource.models.Post.create({userId: 3}), {
      code: 'FOREIGN_KEY_VIOLATION',
    });
  });

  it('are found also where a transaction writes the rows', async () => {
    const dataSource = makeBlog();
    (dataSource as any).models.Post.observe(
      'before save',
      async () => undefined,
    );
    const message = await messageOf(
      seed(dataSource, {User: [{name: 'Ann'}], Post: [post, post]}),
    );
    assert.match(message, /^row 2 of Post: /);
    assert.deepEqual(await rowsIn(dataSource, 'User'), []);
  });

  it('are rows of relations within others', async () => {
    const dataSource = makeBlog();
    const {models} = dataSource as any;
    models.User.hasMany(models.Post, {as: 'posts', foreignKey: 'authorId'});
    const message = await messageOf(
      seed(dataSource, {User: [{name: 'Ann', posts: [post]}]}),
    );
    assert.match(
      message,
      /posts is a relation: give its rows under their own model/,
    );
  });

  it('are names that are none', async () => {
    const message = await messageOf(
      seed(makeBlog(), {User: [{'@': 5, name: 'Ann'}]}),
    );
    assert.match(message, /"@" is the name of a row, and cannot be 5/);
  });

  it('are no properties of models that take any', async () => {
    const dataSource = makeBlog();
    dataSource.define('Note', {text: String});
    await seed(dataSource, {Note: [{text: 'a', color: 'red', at: {x: 1}}]});
    const [note] = await rowsIn(dataSource, 'Note');
    assert.deepEqual(note, {id: 1, text: 'a', color: 'red', at: {x: 1}});
  });
});

describe('What no seed can have', () => {
  it('is a value that has itself in it', async () => {
    const about: Record<string, unknown> = {};
    about['self'] = about;
    const message = await messageOf(
      seed(makeBlog(), {Post: [{...post, about}]}),
    );
    assert.equal(
      message,
      'row 1 of Post: about is nested deeper than 200, or circular. Nothing was seeded.',
    );
  });

  it('is a promise that nobody has awaited', async () => {
    await assert.rejects(seed(makeBlog(), Promise.resolve({}) as never), {
      code: 'INVALID_SETTING',
      message: /it cannot be a promise: await it/,
    });
  });

  for (const source of [new Map(), new Set(), new Date()]) {
    it(`is a ${source.constructor.name}`, async () => {
      await assert.rejects(seed(makeBlog(), source as never), {
        code: 'INVALID_SETTING',
      });
    });
  }

  it('is null in the place of options', async () => {
    await assert.rejects(seed(makeBlog(), {}, null as never), {
      code: 'INVALID_SETTING',
      message: /The options of seed\(\) must be an object, and are null/,
    });
  });
});
