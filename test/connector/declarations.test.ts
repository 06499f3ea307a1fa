import assert from 'node:assert/strict';
import {
  makeDataSource,
  type Model,
  type TestDataSource,
} from '../support/connector/data-source';
import {warnings} from '../support/connector/warnings';

let count = 0;

/** A name that no model had before: a warning is given once a process. */
function newName(): string {
  count++;
  return `Declared${count}`;
}

const id = {type: Number, id: true};

/** What is warned of when a model is defined and used. */
async function warningsOf(
  properties: object,
  settings: object = {},
): Promise<string> {
  const name = newName();
  const told = await warnings(async () => {
    const dataSource = makeDataSource();
    const Model = dataSource.define(name, {id, ...properties}, settings);
    await Model.find();
  });
  return told.join('\n').replaceAll(name, 'M');
}

/** How a model of that definition is indexed. */
function indexesOf(properties: object, settings: object = {}): object[] {
  const dataSource: TestDataSource = makeDataSource();
  const name = newName();
  dataSource.define(name, {id, ...properties}, settings);
  const {schema} = dataSource.connector.database.head.tables.get(name)!;
  return schema.indexes.map(({isUnique, keys}) => ({
    isUnique,
    keys: keys.map(({path, direction}) => [path, direction]),
  }));
}

const a = {a: Number};
const unique = [{isUnique: true, keys: [['a', 1]]}];

describe('an index', () => {
  for (const index of [
    {unique: true},
    {unique: 'true'},
    {kind: 'UNIQUE'},
    {kind: 'unique', type: 'BTREE'},
    {mongodb: {unique: true}},
    {mysql: {kind: 'UNIQUE'}},
    {postgresql: {unique: true, method: 'btree'}},
  ]) {
    it(`of a property is unique as ${JSON.stringify(index)}`, async () => {
      const properties = {a: {type: Number, index}};
      assert.deepEqual(indexesOf(properties), unique);
      assert.equal(await warningsOf(properties), '');
    });
  }

  const two = [
    {
      isUnique: false,
      keys: [
        ['a', 1],
        ['b', -1],
      ],
    },
  ];
  for (const setting of [
    'a, b DESC',
    'a ASC,b desc',
    {keys: 'a, b DESC'},
    {columns: 'a, b DESC'},
    {keys: ['a', 'b DESC']},
    {
      keys: [
        ['a', 'ASC'],
        ['b', 'DESC'],
      ],
    },
    {
      keys: [
        ['a', ''],
        ['b', 'desc'],
      ],
    },
    {keys: {a: 1, b: -1}},
    {keys: {a: 'asc', b: 'DESC'}},
    {a: 1, b: -1},
  ]) {
    it(`may be declared as ${JSON.stringify(setting)}`, async () => {
      const properties = {a: Number, b: Number};
      assert.deepEqual(indexesOf(properties, {indexes: {x: setting}}), two);
      assert.equal(await warningsOf(properties, {indexes: {x: setting}}), '');
    });
  }

  it('may be declared by all of its options at once', async () => {
    const options = {unique: true, sparse: true, background: true, name: 'x'};
    const indexes = {x: {keys: {a: 1}, options, type: 'BTREE'}};
    assert.equal(await warningsOf(a, {indexes}), '');
  });

  const told: [title: string, properties: object, settings: object, RegExp][] =
    [
      [
        'an option that is spelled wrongly',
        a,
        {indexes: {x: {keys: {a: 1}, options: {uniqe: true}}}},
        /The index x of M, in its options, knows no "uniqe"\. Did you mean "unique"\?/,
      ],
      [
        'an option of a property that is spelled wrongly',
        {a: {type: Number, index: {uniqe: true}}},
        {},
        /index a_index of M knows no "uniqe"\. Did you mean "unique"\?/,
      ],
      [
        'options that are spelled wrongly',
        a,
        {indexes: {x: {keys: {a: 1}, optoins: {unique: true}}}},
        /index x of M knows no "optoins"\. Did you mean "options"\?/,
      ],
      [
        'options that are no object',
        a,
        {indexes: {x: {keys: {a: 1}, options: 'unique'}}},
        /index x of M has the options "unique"; write an object/,
      ],
      [
        'a text that is no index',
        {a: {type: Number, index: 'unique'}},
        {},
        /declared as "unique" and taken for a plain one; write .*unique: true/,
      ],
      [
        'unique without an index',
        {a: {type: Number, unique: true}},
        {},
        /M\.a has unique without an index, .*write index: \{unique: true\}/,
      ],
      [
        'a flag that is no boolean',
        {a: {type: Number, index: {unique: 'yes'}}},
        {},
        /unique: "yes", which counts as false/,
      ],
      [
        'a direction that is none',
        a,
        {indexes: {x: {keys: {a: 'up'}}}},
        /direction "up" of a, which is taken for ascending/,
      ],
      [
        'a direction that is spelled wrongly in a text',
        a,
        {indexes: {x: 'a DECS'}},
        /direction "DECS" of a, .*Did you mean "desc"\?/,
      ],
      [
        'a kind that is none',
        a,
        {indexes: {x: {columns: 'a', kind: 'UNIQE'}}},
        /kind "UNIQE", which does nothing\. Did you mean "unique"\?/,
      ],
      [
        'a key that is no property',
        {age: Number},
        {indexes: {x: {keys: {agee: 1}}}},
        /index x of M is on "agee", which is not a property .*"age"\?/,
      ],
      [
        'a key that is no property of a nested model',
        {slot: {from: Date}},
        {indexes: {x: {keys: {'slot.form': 1}}}},
        /index x of M is on "slot\.form", .*Did you mean "slot\.from"\?/,
      ],
      [
        'a key that is nearly a property of a model that is not strict',
        {age: Number},
        {strict: false, indexes: {x: {keys: {agee: 1}}}},
        /is on "agee", .*Did you mean "age"\?/,
      ],
      [
        'rows that should expire',
        a,
        {indexes: {x: {keys: {a: 1}, options: {expireAfterSeconds: 5}}}},
        /expireAfterSeconds, which does nothing: no row expires/,
      ],
      [
        'a part of the rows',
        a,
        {
          indexes: {
            x: {keys: {a: 1}, options: {partialFilterExpression: {a: 1}}},
          },
        },
        /partialFilterExpression, which does nothing: the index has all rows/,
      ],
      [
        'indexes that are no object',
        a,
        {indexes: 'a'},
        /setting indexes of M is "a", which declares nothing/,
      ],
      [
        'a setting that is spelled wrongly',
        a,
        {indexs: {x: {keys: {a: 1}}}},
        /model M has "indexs", .*Did you mean "indexes"\?/,
      ],
    ];
  for (const [title, properties, settings, expected] of told) {
    it(`warns of ${title}`, async () => {
      assert.match(await warningsOf(properties, settings), expected);
    });
  }

  it('may be of a kind that MongoDB has', async () => {
    const point = (index: unknown) => ({at: {type: 'GeoPoint', index}});
    for (const kind of ['2d', '2dsphere', 'hashed', 'text']) {
      assert.equal(await warningsOf(point(kind)), '');
      assert.equal(await warningsOf(point({kind})), '');
      assert.equal(await warningsOf(point({mongodb: {kind}})), '');
    }
  });

  it('may be on what a model without strict mode does not declare', async () => {
    const indexes = {x: {keys: {'extra.code': 1, other: 1}}};
    assert.equal(await warningsOf(a, {strict: false, indexes}), '');
  });

  it('may be on a property that is defined before the first use', async () => {
    const name = newName();
    const told = await warnings(async () => {
      const dataSource = makeDataSource();
      const indexes = {x: {keys: {late: 1}}};
      const Model = dataSource.define(name, {id}, {indexes});
      Model.defineProperty('late', {type: Number});
      await Model.find();
    });
    assert.deepEqual(told, []);
  });

  it('is told of once, however often the model is defined', async () => {
    const name = newName();
    const told = await warnings(async () => {
      for (let i = 0; i < 3; i++) {
        const indexes = {x: {keys: {b: 1}, uniqe: true}};
        await makeDataSource()
          .define(name, {id}, {strict: true, indexes})
          .find();
      }
    });
    assert.equal(told.length, 2);
  });
});

describe('a property', () => {
  it('warns of a version that is not true', async () => {
    const properties = {v: {type: Number, version: 'yes'}};
    assert.match(await warningsOf(properties), /M\.v has version: "yes"/);
  });

  it('warns of a word that is nearly one that counts', async () => {
    const properties = {a: {type: String, lenght: 5, requierd: true}};
    assert.match(
      await warningsOf(properties),
      /M\.a has "lenght".*"length"\?\nM\.a has "requierd".*"required"\?/,
    );
  });

  for (const [word, own] of [
    ['memroy', {dataLength: 5}],
    ['inmemory', {dataLength: 5}],
  ] as const) {
    it(`warns of our own key as ${word}`, async () => {
      assert.match(
        await warningsOf({a: {type: String, [word]: own}}),
        new RegExp(`M\\.a has "${word}", .*"memory"`),
      );
    });
  }

  it('warns of our own key that is no object', async () => {
    assert.match(
      await warningsOf({a: {type: String, memory: 'a'}}),
      /key memory of M\.a is "a", which declares nothing; write an object/,
    );
  });

  for (const word of ['maxLength', 'minLength', 'minimum', 'maximum', 'enum']) {
    it(`warns of ${word} beside jsonSchema`, async () => {
      const told = await warningsOf({a: {type: String, [word]: 1}});
      assert.equal(
        told,
        `M.a has "${word}", which does nothing there; write jsonSchema: ` +
          `{${word}: ...}.`,
      );
    });
  }

  it('warns of a word of jsonSchema that is spelled wrongly', async () => {
    assert.match(
      await warningsOf({a: {type: String, jsonSchema: {maxLenght: 2}}}),
      /jsonSchema of M\.a has "maxLenght", .*"maxLength"\?/,
    );
  });

  it('may have whatever JSON schema knows', async () => {
    const jsonSchema = {
      pattern: '^a',
      minItems: 1,
      maxItems: 2,
      exclusiveMinimum: 3,
      multipleOf: 2,
      items: {},
    };
    assert.equal(await warningsOf({a: {type: String, jsonSchema}}), '');
  });

  it('warns of what is not known under our own key', async () => {
    const properties = {a: {type: String, memory: {dataLenght: 5}}};
    assert.match(
      await warningsOf(properties),
      /key memory of M\.a knows no "dataLenght"\. Did you mean "dataLength"\?/,
    );
  });

  it('may have whatever else an application likes', async () => {
    const properties = {
      a: {
        type: String,
        description: 'of the thing',
        title: 'A',
        hidden: true,
        postgresql: {columnName: 'a'},
        permissions: ['x'],
        defaults: 3,
      },
    };
    assert.equal(await warningsOf(properties, {http: {path: '/x'}}), '');
  });
});

describe('a model', () => {
  for (const [settings, expected] of [
    [{memory: 'X'}, /key memory of M is "X", which declares nothing/],
    [{memory: {collection: 5}}, /collection of M is 5, which counts for noth/],
    [{memory: {colection: 'X'}}, /key memory of M knows no "colection"/],
    [{index: {x: {keys: {a: 1}}}}, /model M has "index", .*"indexes"\?/],
  ] as const) {
    it(`warns of ${JSON.stringify(settings)}`, async () => {
      assert.match(await warningsOf(a, settings), expected);
    });
  }

  it('may have no name of a table', async () => {
    for (const collection of [undefined, null, 'X']) {
      assert.equal(await warningsOf(a, {memory: {collection}}), '');
    }
    assert.equal(await warningsOf(a, {memory: null}), '');
  });
});

describe('a foreign key', () => {
  const pid = {pid: Number};
  const sound = {entity: 'Parent', entityKey: 'id', foreignKey: 'pid'};

  async function warningsOfKey(
    key: object,
    use: (Child: Model, dataSource: TestDataSource) => unknown = Child =>
      Child.create({}),
  ): Promise<string> {
    const name = newName();
    const told = await warnings(async () => {
      const dataSource = makeDataSource();
      const Child = dataSource.define(
        name,
        {id, ...pid},
        {foreignKeys: {fk: key}},
      );
      dataSource.define('Parent', {id});
      await use(Child, dataSource);
    });
    return told.join('\n').replaceAll(name, 'Child');
  }

  it('warns of nothing when all is well', async () => {
    assert.equal(await warningsOfKey({...sound, onDelete: 'CASCADE'}), '');
  });

  it('warns of a word that is spelled wrongly', async () => {
    assert.match(
      await warningsOfKey({...sound, onDelte: 'CASCADE'}),
      /foreign key fk of Child knows no "onDelte"\. Did you mean "onDelete"\?/,
    );
  });

  it('warns of a property that the model does not have', async () => {
    assert.match(
      await warningsOfKey({...sound, foreignKey: 'pID'}),
      /foreign key fk of Child is on "pID", .*Did you mean "pid"\?/,
    );
  });

  const noParent =
    /A foreign key of Child refers to the model "Paren", .*mean "Parent"\?/;

  it('warns of a parent that is not there at the first write', async () => {
    assert.match(await warningsOfKey({...sound, entity: 'Paren'}), noParent);
  });

  it('warns of a parent that is not there at connect', async () => {
    const told = await warningsOfKey(
      {...sound, entity: 'Paren'},
      (_, dataSource) => dataSource.connect(),
    );
    assert.match(told, noParent);
  });

  it('may refer to a model that is defined before the first write', async () => {
    const name = newName();
    const told = await warnings(async () => {
      const dataSource = makeDataSource();
      await dataSource.connect();
      const foreignKeys = {fk: {...sound, entity: `${name}Parent`}};
      const Child = dataSource.define(name, {id, ...pid}, {foreignKeys});
      await Child.find();
      dataSource.define(`${name}Parent`, {id});
      await Child.create({});
    });
    assert.deepEqual(told, []);
  });

  it('warns of foreign keys that are no object', async () => {
    assert.match(
      await warningsOf(a, {foreignKeys: ['pid']}),
      /setting foreignKeys of M is \["pid"\], which declares nothing/,
    );
  });
});
