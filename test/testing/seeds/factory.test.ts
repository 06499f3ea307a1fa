import assert from 'node:assert/strict';
import {
  DefaultCrudRepository,
  Entity,
  ModelDefinition,
  juggler,
} from '@loopback/repository';
import * as inmemory from '../../../index';
import {association, type Attribute, factory, seed} from '../../../testing';
import {makeDataSource} from '../../support/connector/data-source';
import {makeBlog, rowsIn} from '../../support/testing/blog';

function makeUsers(dataSource: any) {
  return factory<any>(
    dataSource.models.User,
    {
      name: (seq: number) => `user ${seq}`,
      age: (_seq: number, {integer}: any) => integer(18, 80),
      born: (_seq: number, {now}: any) => now,
    },
    {
      traits: {
        admin: {isAdmin: true},
        named: {
          name: (_seq: number, {row, pick}: any) =>
            `${pick(['Ann', 'Bob'])} ${row.age}`,
        },
      },
    },
  );
}

describe('A factory', () => {
  it('creates rows with numbers of their own', async () => {
    const dataSource = makeBlog();
    const users = makeUsers(dataSource);
    const user = await users.create();
    await users.createList(2, {age: 5});
    assert.equal(user.name, 'user 1');
    const rows = await rowsIn(dataSource, 'User');
    assert.deepEqual(
      rows.map(({name}) => name),
      ['user 1', 'user 2', 'user 3'],
    );
    assert.deepEqual([rows[1].age, rows[2].age], [5, 5]);
    assert.ok(rows[0].age >= 18 && rows[0].age <= 80);
  });

  it('builds rows without writing them', async () => {
    const dataSource = makeBlog();
    const users = makeUsers(dataSource);
    const {name, isAdmin} = users.with('admin').build({name: 'Root'});
    assert.deepEqual([name, isAdmin], ['Root', true]);
    assert.deepEqual(await rowsIn(dataSource, 'User'), []);
  });

  it('makes the same rows in each run, and after it was rewound', () => {
    const users = makeUsers(makeBlog());
    const first = users.buildList(5);
    assert.deepEqual(makeUsers(makeBlog()).buildList(5), first);
    assert.notDeepEqual(users.buildList(5), first);
    users.rewind();
    assert.deepEqual(users.buildList(5), first);
    assert.equal(new Set(first.map(({age}) => age)).size > 1, true);
  });

  it('gives rows the attributes of traits, later ones first', async () => {
    const users = makeUsers(makeBlog()).with('admin', 'named');
    const user = await users.create();
    assert.equal(user.isAdmin, true);
    assert.match(user.name, /^(?:Ann|Bob) \d\d$/);
    assert.throws(() => users.with('amdin'), {
      code: 'INVALID_SETTING',
      message: /no trait "amdin"; did you mean admin\?/,
    });
  });

  it('creates the rows that its rows refer to', async () => {
    const dataSource = makeBlog();
    const {models} = dataSource as any;
    const users = makeUsers(dataSource);
    const posts = factory<any>(models.Post, {
      title: (seq: number) => `post ${seq}`,
      author: users,
    });
    const post = await posts.create();
    await posts.create({
      author: association(users.with('admin'), {name: 'Root'}),
    });
    await posts.create({author: undefined, authorId: post.authorId});
    const rows = await rowsIn(dataSource, 'User');
    assert.deepEqual(
      rows.map(({isAdmin, name}) => [name, isAdmin]),
      [
        ['user 1', false],
        ['Root', true],
      ],
    );
    assert.deepEqual(
      (await rowsIn(dataSource, 'Post')).map(({authorId}) => authorId),
      [1, 2, 1],
    );
  });

  it('refers to the property that an association names', async () => {
    const dataSource = makeBlog();
    const users = makeUsers(dataSource);
    const posts = factory<any>((dataSource as any).models.Post, {
      title: association(users, {}, 'name'),
      author: users,
    });
    assert.equal((await posts.create()).title, 'user 1');
  });

  it('makes the times and ids of its model where they are set', () => {
    const rows = [1, 1, 2].map(ids => {
      const dataSource = makeDataSource() as any;
      const Order = dataSource.define('Order', {
        id: {type: String, id: true, defaultFn: 'uuid'},
        at: {type: Date, defaultFn: 'now'},
      });
      return factory(Order, {}, {ids, now: '2026-01-01'}).build();
    });
    assert.deepEqual(rows[0], rows[1]);
    assert.notEqual(rows[0]!['id'], rows[2]!['id']);
    assert.deepEqual(rows[0]!['at'], new Date('2026-01-01'));
  });

  it('makes rows of a repository, and of a seed', async () => {
    class City extends Entity {
      static override definition = new ModelDefinition('City')
        .addProperty('id', {type: 'number', id: true, generated: true})
        .addProperty('name', {type: 'string', required: true})
        .addProperty('twinId', {type: 'number'});
      name!: string;
    }
    const dataSource = new juggler.DataSource({
      name: 'db',
      connector: inmemory,
    });
    const repository = new DefaultCrudRepository<City, number>(
      City,
      dataSource,
    );
    const cities = factory(repository, {name: (seq: number) => `city ${seq}`});
    const twins = factory(repository, {name: 'Twin', twin: cities});
    const [twin] = await twins.createList(2);
    assert.ok(twin instanceof City);
    await seed(dataSource, {City: cities.buildList(3)});
    const all = await repository.find({order: ['id ASC']});
    assert.deepEqual(
      all.map(({name}) => name),
      ['city 1', 'city 2', 'Twin', 'Twin', 'city 3', 'city 4', 'city 5'],
    );
    assert.deepEqual(all.map((city: any) => city.twinId).slice(2, 4), [1, 2]);
  });

  it('refuses ranges, lists and associations that there are not', async () => {
    const {Post, User} = (makeBlog() as any).models;
    const users = factory(User, {name: 'Ann'});
    const authorId = association(users, {}, 'nmae');
    await assert.rejects(factory(Post, {title: 'a', authorId}).create(), {
      code: 'INVALID_SETTING',
      message:
        /refers to "nmae", and User has no such property; did you mean name\?/,
    });
    const wrong: [Attribute, RegExp][] = [
      [(_, {integer}) => integer(5, 1), /integer\(5, 1\) is no range/],
      [(_, {integer}) => integer(0.5, 1), /integer\(0\.5, 1\) is no range/],
      [(_, {pick}) => pick([]), /pick\(\[\]\) has nothing to pick/],
    ];
    for (const [age, message] of wrong) {
      assert.throws(() => factory(User, {age}).build(), {
        code: 'INVALID_SETTING',
        message,
      });
    }
  });

  it('refuses what cannot create rows, options that there are not, and numbers of rows that are none', () => {
    assert.throws(() => factory({} as never, {}), {
      code: 'INVALID_SETTING',
      message: /have create\(\); \{\} has not/,
    });
    const {User} = (makeBlog() as any).models;
    assert.throws(() => factory(User, {}, {sede: 1} as never), {
      code: 'INVALID_SETTING',
      message: /factory\(\) has no option "sede".*did you mean seed\?/,
    });
    assert.throws(() => makeUsers(makeBlog()).buildList(-1), {
      code: 'INVALID_SETTING',
      message: /-1 is no number of rows/,
    });
  });
});

describe('A factory that cannot be', () => {
  it('has options that there are not', () => {
    const model = {create: () => Promise.resolve({})};
    assert.throws(() => factory(model, {}, {trait: {}} as never), {
      code: 'INVALID_SETTING',
      message: /has no option "trait"; .*did you mean traits\?/,
    });
  });

  it('has attributes that are no object', async () => {
    const {User} = (makeBlog() as any).models;
    const users = factory(User, {name: 'Ann'}, {traits: {odd: 5 as never}});
    const refused = (shown: string) => ({
      code: 'INVALID_SETTING',
      message: `The attributes of a row must be an object, as in {name: 'Ann'}, and are ${shown}.`,
    });
    for (const none of ['Bob', null, ['Bob']] as never[]) {
      const expected = refused(JSON.stringify(none));
      assert.throws(() => factory(User, none), expected);
      assert.throws(() => users.build(none), expected);
      assert.throws(() => association(users, none), expected);
      await assert.rejects(users.create(none), expected);
      await assert.rejects(users.createList(1, none), expected);
    }
    assert.throws(() => users.with('odd').build(), refused('5'));
  });

  it('refers to itself without an end', async () => {
    const {Post, User} = (makeBlog() as any).models;
    const definition: Record<string, Attribute> = {name: 'Ann'};
    const users = factory(User, definition);
    const posts = factory(Post, {title: 'First', author: users});
    definition['favourite'] = posts;
    for (const create of [
      () => users.create(),
      () => users.createList(2),
      () => posts.create(),
    ]) {
      await assert.rejects(create(), {
        code: 'INVALID_SETTING',
        message:
          /in a circle, which has no end: (?:User\.favourite -> Post\.author -> User\.favourite|Post\.author -> User\.favourite -> Post\.author)\. Leave/,
      });
    }
    definition['favourite'] = association(posts, {author: undefined});
    await assert.rejects(users.create(), {message: /authorId/});
    delete definition['favourite'];
    definition['boss'] = association(users, {boss: undefined});
    assert.equal(((await users.create()) as any).bossId, 1);
    definition['boss'] = users.with();
    await assert.rejects(users.create(), {
      message: /no end: User\.boss -> User\.boss\./,
    });
  });

  it('is a model to which an association is to refer', () => {
    const model = {create: () => Promise.resolve({})};
    assert.throws(() => association(model as never), {
      code: 'INVALID_SETTING',
      message: /takes what factory\(\) has returned/,
    });
    class Repository {
      readonly dataSource: object = {repository: this};
    }
    const repository = new Repository();
    assert.throws(() => association(repository as never), {
      message: /and not \[object Repository\]/,
    });
  });
});
