import assert from 'node:assert/strict';
import {faults, seed} from '../../../testing';
import {makeDataSource} from '../../support/connector/data-source';
import {
  foreignKey,
  makeBlog,
  messageOf,
  rowsIn,
} from '../../support/testing/blog';

const id = {type: Number, id: true, generated: true};

describe('References of a seed', () => {
  it('lead to rows that are defined before or after them', async () => {
    const dataSource = makeBlog();
    await seed(dataSource, {
      Post: {first: {title: 'First', authorId: '@ann'}},
      User: {ann: {name: 'Ann', bossId: '@bob'}, bob: {name: 'Bob'}},
    });
    const [post] = await rowsIn(dataSource, 'Post');
    const users = await rowsIn(dataSource, 'User');
    const byName = new Map(users.map(user => [user.name, user]));
    assert.equal(post.authorId, byName.get('Ann').id);
    assert.equal(byName.get('Ann').bossId, byName.get('Bob').id);
  });

  it('stand in lists and in objects, too', async () => {
    const dataSource = makeBlog();
    const {ann, bob} = await seed(dataSource, {
      User: {ann: {name: 'Ann'}, bob: {name: 'Bob'}},
      Post: [
        {
          title: 'First',
          authorId: '@ann',
          reviewers: ['@bob', '@ann'],
          about: {editor: {user: '@bob'}, pages: 3},
        },
      ],
    });
    const [post] = await rowsIn(dataSource, 'Post');
    assert.deepEqual(post.reviewers, [bob, ann]);
    assert.deepEqual(post.about, {editor: {user: bob}, pages: 3});
  });

  it('may be given by the name of the relation', async () => {
    const dataSource = makeBlog();
    const {models} = dataSource as any;
    models.Post.belongsTo(models.User, {as: 'writer', foreignKey: 'authorId'});
    await seed(dataSource, {
      User: {ann: {name: 'Ann', boss: '@ann'}},
      Post: [{title: 'First', writer: '@ann'}],
    });
    const [ann] = await rowsIn(dataSource, 'User');
    const [post] = await rowsIn(dataSource, 'Post');
    assert.deepEqual([ann.bossId, post.authorId], [1, 1]);
  });

  it('may name a property', async () => {
    const dataSource = makeBlog();
    await seed(dataSource, {
      User: {ann: {name: 'Ann', age: 30}, bob: {name: '@ann.name'}},
      Post: [{title: 'First', authorId: '@ann.id', about: {age: '@ann.age'}}],
    });
    const [, bob] = await rowsIn(dataSource, 'User');
    const [post] = await rowsIn(dataSource, 'Post');
    assert.equal(bob.name, 'Ann');
    assert.deepEqual([post.authorId, post.about], [1, {age: 30}]);
  });

  it('are no texts that begin with two @', async () => {
    const dataSource = makeBlog();
    await seed(dataSource, {User: [{name: '@@ann'}, {name: '@'}]});
    const users = await rowsIn(dataSource, 'User');
    assert.deepEqual(
      users.map(({name}) => name),
      ['@ann', '@'],
    );
  });

  it('to a name that there is not tell the nearest one', async () => {
    const message = await messageOf(
      seed(makeBlog(), {
        User: {alice: {name: 'Alice'}},
        Post: [{title: 'First', authorId: '@alcie'}],
      }),
    );
    assert.equal(
      message,
      'row 1 of Post: authorId refers to "@alcie", and no row has that name; did you ' +
        'mean alice? (a text that begins with @ is written "@@alcie"). Nothing was seeded.',
    );
  });

  it('are refused where two rows have the name', async () => {
    const message = await messageOf(
      seed(makeBlog(), {
        User: {ann: {name: 'Ann'}},
        Post: [{'@': 'ann', title: 'First', authorId: '@ann'}],
      }),
    );
    assert.match(
      message,
      /row 1 of Post: another row has the name "ann": User "ann"/,
    );
  });

  it('go in a circle where a value may be missing at first', async () => {
    const dataSource = makeBlog();
    const {ann, first} = await seed(dataSource, {
      User: {ann: {name: 'Ann', favouriteId: '@first'}},
      Post: {first: {title: 'First', authorId: '@ann'}},
    });
    const [user] = await rowsIn(dataSource, 'User');
    const [post] = await rowsIn(dataSource, 'Post');
    assert.deepEqual([user.favouriteId, post.authorId], [first, ann]);
    assert.deepEqual(dataSource.connector.database.verify(), []);
  });

  it('go in a circle by ids that are given', async () => {
    const dataSource = makeBlog();
    await seed(dataSource, {
      User: [
        {id: 5, name: 'Ann', favouriteId: 7, bossId: 6},
        {id: 6, name: 'Bob', bossId: 5},
      ],
      Post: [{id: 7, title: 'First', authorId: 5}],
    });
    const users = await rowsIn(dataSource, 'User');
    assert.deepEqual(
      users.map(({bossId, favouriteId}) => [bossId, favouriteId]),
      [
        [6, 7],
        [5, undefined],
      ],
    );
  });

  it('within a model go up a hierarchy in any order', async () => {
    const dataSource = makeBlog();
    const names = Array.from({length: 50}, (_, i) => `user${i}`);
    const rows = names.map((name, i) => [
      name,
      i === 49 ? {name} : {name, bossId: `@user${i + 1}`},
    ]);
    const ids = await seed(dataSource, {User: Object.fromEntries(rows)});
    const users = await rowsIn(dataSource, 'User');
    for (const {bossId, name} of users) {
      const next = `user${Number(name.slice(4)) + 1}`;
      assert.equal(bossId, ids[next]);
    }
  });

  it('are refused in a circle of values that must not be missing', async () => {
    const dataSource = makeDataSource();
    for (const [name, other] of [
      ['Hen', 'Egg'],
      ['Egg', 'Hen'],
    ] as const) {
      const key = `${other.toLowerCase()}Id`;
      const properties = {id, [key]: {type: Number, required: true}};
      dataSource.define(name, properties, {
        foreignKeys: foreignKey(key, other),
      });
    }
    const message = await messageOf(
      seed(dataSource, {
        Hen: {berta: {eggId: '@first'}},
        Egg: {first: {henId: '@berta'}},
      }),
    );
    assert.match(
      message,
      /in a circle: @\w+\.\w+Id -> @\w+\.\w+Id; one of these/,
    );
  });

  it('to a row with several ids name one of them', async () => {
    const dataSource = makeDataSource();
    dataSource.define('Seat', {
      row: {type: String, id: 1},
      number: {type: Number, id: 2},
    });
    dataSource.define('Guest', {id, seat: String}, {strict: true});
    const seats = {front: {row: 'A', number: 1}};
    const message = await messageOf(
      seed(dataSource, {Seat: seats, Guest: [{seat: '@front'}]}),
    );
    assert.match(message, /no single id; name the property: "@front.row"/);
    const ids = await seed(dataSource, {
      Seat: seats,
      Guest: [{seat: '@front.row'}],
    });
    assert.deepEqual(ids, {front: {row: 'A', number: 1}});
    const [guest] = await rowsIn(dataSource, 'Guest');
    assert.equal(guest.seat, 'A');
  });
});

describe('References to a property', () => {
  it('that has no value are refused', async () => {
    const ann = {name: 'Ann'};
    const message = await messageOf(
      seed(makeBlog(), {User: {ann, bob: {name: 'Bob', age: '@ann.age'}}}),
    );
    assert.equal(
      message,
      'User "bob": age refers to "@ann.age", which has no value. Nothing was seeded.',
    );
    const own = {name: 'Ann', age: '@ann.age'};
    assert.match(
      await messageOf(seed(makeBlog(), {User: {ann: own}})),
      /User "ann": age refers to "@ann.age", which has no value/,
    );
  });

  it('keep their value where their row waits in a circle', async () => {
    const dataSource = makeBlog();
    await seed(dataSource, {
      User: {
        ann: {name: 'Ann', age: '@bob.age', bossId: '@ann'},
        bob: {name: 'Bob', age: '@eve.age', bossId: '@ann'},
        eve: {name: 'Eve', age: 30, bossId: '@eve'},
      },
    });
    const ages = (await rowsIn(dataSource, 'User')).map(({age}) => age);
    assert.deepEqual(ages, [30, 30, 30]);
  });

  it('that is written last are written after it', async () => {
    const dataSource = makeBlog();
    await seed(dataSource, {
      User: {
        ann: {name: 'Ann', age: '@bob.bossId', bossId: '@ann'},
        bob: {name: 'Bob', bossId: '@ann.age'},
        eve: {name: 'Eve', age: '@eve.bossId', bossId: '@eve'},
      },
    }).then(
      () => assert.fail('They refer to each other.'),
      (error: Error) => assert.match(error.message, /which has no value/),
    );
    await seed(dataSource, {
      User: {eve: {name: 'Eve', age: '@eve.bossId', bossId: '@eve'}},
    });
    const [eve] = await rowsIn(dataSource, 'User');
    assert.deepEqual([eve.age, eve.bossId], [eve.id, eve.id]);
  });
});

describe('References to rows that were seeded before', () => {
  it('name a property of them', async () => {
    const dataSource = makeBlog();
    await seed(dataSource, {User: {ann: {name: 'Ann', age: 30}}});
    await seed(dataSource, {User: [{name: '@ann.name', age: '@ann.age'}]});
    const [, second] = await rowsIn(dataSource, 'User');
    assert.deepEqual([second.name, second.age], ['Ann', 30]);
  });

  it('name a property where several make the id', async () => {
    const dataSource = makeDataSource();
    const key = {a: {type: Number, id: 1}, b: {type: Number, id: 2}};
    dataSource.define('Place', key, {strict: true});
    await seed(dataSource, {Place: {first: {a: 1, b: 2}}});
    await seed(dataSource, {Place: [{a: '@first.b', b: '@first.a'}]});
    const [, second] = await rowsIn(dataSource, 'Place');
    assert.deepEqual({...second}, {a: 2, b: 1});
    assert.match(
      await messageOf(seed(dataSource, {Place: [{a: '@first', b: 1}]})),
      /refers to "@first"/,
    );
  });
});

describe('References to rows that cannot be read', () => {
  it('fail as reading them does, and are none to others', async () => {
    const dataSource = makeBlog();
    await seed(dataSource, {User: {ann: {name: 'Ann'}}});
    faults(dataSource).fail({on: 'find', error: 'DEADLOCK', times: 2});
    await assert.rejects(
      seed(dataSource, {User: [{name: 'Bob', bossId: '@ann'}]}),
      {code: 'DEADLOCK'},
    );
    await seed(dataSource, {User: [{name: 'Eve'}]});
    assert.equal((await rowsIn(dataSource, 'User')).length, 2);
  });
});

describe('The name __proto__', () => {
  it('may be that of a row', async () => {
    const dataSource = makeBlog();
    const ids = await seed(
      dataSource,
      JSON.parse('{"User": {"__proto__": {"name": "Ann"}}}'),
    );
    assert.deepEqual(Object.entries(ids), [['__proto__', 1]]);
    await seed(dataSource, {User: [{name: 'Bob', bossId: '@__proto__'}]});
  });

  it('may be that of what is within a value', async () => {
    const dataSource = makeDataSource();
    dataSource.define('Place', {id, about: Object}, {strict: true});
    await seed(
      dataSource,
      JSON.parse(
        '{"Place": {"a": {"id": 7, "about": {"__proto__": {"x": "@a"}}}}}',
      ),
    );
    const [{about}] = await rowsIn(dataSource, 'Place');
    assert.equal(JSON.stringify(about), '{"__proto__":{"x":7}}');
  });
});
