import assert from 'node:assert/strict';
import {
  call,
  makeDataSource,
  type Model,
  type TestDataSource,
} from '../support/connector/data-source';

const inner = {from: Date, price: Number, on: Boolean, name: String};
const first = {from: '2020-05-01T10:00:00.000Z', price: 5, on: true, name: 'a'};
const second = {
  from: '2021-05-01T10:00:00.000Z',
  price: 40,
  on: false,
  name: 'b',
};

interface Way {
  readonly define: (db: TestDataSource, settings?: object) => Model;
  /** A row's `slot` with the given values. */
  readonly slot: (values: object) => unknown;
  /** The path to a property in it. */
  readonly path: (name: string) => string;
}

const inObject = {
  slot: (values: object) => values,
  path: (name: string) => `slot.${name}`,
};
const inArray = {
  slot: (values: object) => [values],
  path: (name: string) => `slot.${name}`,
};

/** Declares the nested types only when the model is there. */
function definedLater(type: unknown) {
  return (db: TestDataSource, settings?: object) => {
    const M = db.define('M', {slot: {type}}, settings);
    db.define('Slot', inner, {idInjection: false});
    return M;
  };
}

/** All ways in which a model can say what is nested in it. */
const ways: Readonly<Record<string, Way>> = {
  'a nested literal': {
    ...inObject,
    define: (db, settings) => db.define('M', {slot: inner}, settings),
  },
  'a type': {
    ...inObject,
    define: (db, settings) => db.define('M', {slot: {type: inner}}, settings),
  },
  'a class': {
    ...inObject,
    define: (db, settings) => {
      const Slot = db.define('Slot', inner, {idInjection: false});
      return db.define('M', {slot: Slot}, settings);
    },
  },
  'a name': {
    ...inObject,
    define: (db, settings) => {
      db.define('Slot', inner, {idInjection: false});
      return db.define('M', {slot: 'Slot'}, settings);
    },
  },
  'a name that is defined later': {...inObject, define: definedLater('Slot')},
  'a name that is defined later and not on the datasource': {
    ...inObject,
    define: (db, settings) => {
      const M = db.define('M', {slot: 'Slot'}, settings);
      const builder = (db as any).modelBuilder;
      builder.define('Slot', inner, {idInjection: false});
      return M;
    },
  },
  'an array of literals': {
    ...inArray,
    define: (db, settings) => db.define('M', {slot: [inner]}, settings),
  },
  'an array of names that are defined later': {
    ...inArray,
    define: definedLater(['Slot']),
  },
  'the place of an element': {
    ...inArray,
    path: name => `slot.0.${name}`,
    define: (db, settings) => db.define('M', {slot: [inner]}, settings),
  },
  'a literal in a literal': {
    slot: values => ({deep: [values]}),
    path: name => `slot.deep.${name}`,
    define: (db, settings) => db.define('M', {slot: {deep: [inner]}}, settings),
  },
  'a class that contains itself': {
    slot: values => ({name: 'root', next: {name: 'next', next: values}}),
    path: name => `slot.next.next.${name}`,
    define: (db, settings) => {
      const type = {...inner, next: 'Slot'};
      const Slot = db.define('Slot', type, {idInjection: false});
      return db.define('M', {slot: Slot}, settings);
    },
  },
};

/** Conditions on the properties of a slot, and which of the rows they find. */
const conditions: readonly [keyof typeof inner, unknown, number[]][] = [
  ['from', first.from, [1]],
  ['from', {eq: first.from}, [1]],
  ['from', {neq: first.from}, [2]],
  ['from', {gt: '2020-06-01T00:00:00.000Z'}, [2]],
  ['from', {gte: '2021-05-01T10:00:00.000Z'}, [2]],
  ['from', {lt: '2020-06-01'}, [1]],
  ['from', {lte: first.from}, [1]],
  ['from', {between: ['2020-01-01', '2020-12-31']}, [1]],
  ['from', {between: {0: '2020-01-01', 1: '2020-12-31'}}, [1]],
  ['from', {inq: [first.from, '2000-01-01']}, [1]],
  ['from', {nin: [first.from]}, [2]],
  ['from', {not: {eq: first.from}}, [2]],
  ['from', {gt: '2020-01-01', lt: '2021-01-01'}, [1]],
  ['from', {exists: true}, [1, 2]],
  ['from', {like: '2020%'}, []],
  ['price', '5', [1]],
  ['price', {neq: '5'}, [2]],
  ['price', {gt: '5'}, [2]],
  ['price', {inq: ['5', '6']}, [1]],
  ['price', {inq: {0: '5', 1: '6'}}, [1]],
  ['price', {nin: ['5']}, [2]],
  ['price', {between: ['5', '39']}, [1]],
  ['on', 'true', [1]],
  ['on', {neq: 'true'}, [2]],
  ['on', {inq: ['false']}, [2]],
  ['name', {like: 'a%'}, [1]],
  ['name', {regexp: '^B', options: 'i'}, [2]],
  ['name', {nilike: 'A'}, [2]],
];

for (const [way, {define, slot, path}] of Object.entries(ways)) {
  describe(`a nested model, declared by ${way},`, () => {
    async function model(settings?: object, options = {}): Promise<Model> {
      const db = makeDataSource(options);
      const M = define(db, settings);
      await M.create([{slot: slot(first)}, {slot: slot(second)}]);
      return M;
    }

    it('has its operands cast in every operator', async () => {
      const M = await model();
      for (const [name, condition, ids] of conditions) {
        const where = {[path(name)]: condition};
        const found = await M.find({where});
        assert.deepEqual(
          found.map(({id}: {id: number}) => id),
          ids,
          JSON.stringify(where),
        );
        assert.equal(await M.count(where), ids.length);
      }
    });

    it('is found by an object that is cast inside', async () => {
      const M = await model();
      const like = slot({...first, price: '5', on: 'true'});
      assert.equal(await M.count({slot: like}), 1);
      assert.equal(await M.count({slot: {eq: like}}), 1);
    });

    it('has its updated values cast', async () => {
      const M = await model();
      const changed = slot({...first, price: '7', from: '2019-01-01'});
      await M.updateAll({id: 1}, {slot: changed});
      await call(M.getConnector(), 'update', 'M', {id: 2}, {slot: changed});
      assert.equal(await M.count({[path('price')]: 7}), 2);
      assert.equal(await M.count({[path('from')]: '2019-01-01'}), 2);
    });
  });
}

const wide = {slot: inner, slots: [inner], place: {at: 'GeoPoint'}};

/** Rows of which the second is first by date, and by price as a number. */
const unordered = [
  {slot: {from: '2021-01-01', price: '10'}},
  {slot: {from: '2020-01-01', price: '9'}},
];

describe('a path into a nested model', () => {
  it('orders rows by what the declared type holds', async () => {
    const M = makeDataSource().define('M', wide);
    await M.create(unordered);
    for (const order of ['slot.from ASC', 'slot.price', 'slot.price DESC']) {
      const [{id}] = await M.find({order});
      assert.equal(id, order.endsWith('DESC') ? 1 : 2, order);
    }
  });

  it('is answered by an index on it, whose keys are cast', async () => {
    const db = makeDataSource();
    const M = db.define('M', wide, {
      indexes: {byFrom: {keys: {'slot.from': 1}}},
    });
    await M.create(
      Array.from({length: 100}, (_, i) => ({
        slot: {from: new Date(Date.UTC(2020, 0, 1 + i)).toISOString()},
      })),
    );
    const where = {'slot.from': '2020-01-05T00:00:00.000Z'};
    const plan = db.connector.explain('M', {where});
    assert.match(plan.text, /index byFrom/);
    assert.equal(plan.rowsExamined, 1);
    assert.deepEqual(
      (await M.find({where})).map(({id}: {id: number}) => id),
      [5],
    );
    const range = {'slot.from': {lt: '2020-01-05'}};
    assert.match(db.connector.explain('M', {where: range}).text, /byFrom/);
    assert.equal(await M.count(range), 4);
  });

  it('is unique by the cast value', async () => {
    const db = makeDataSource();
    const M = db.define('M', wide, {
      indexes: {byPrice: {keys: {'slot.price': 1}, options: {unique: true}}},
    });
    await M.create({slot: {price: 5}});
    await assert.rejects(M.create({slot: {price: '5'}}), {
      code: 'DUPLICATE_KEY',
    });
    const twice = call(db.connector, 'create', 'M', {slot: {price: '5'}});
    await assert.rejects(twice, {code: 'DUPLICATE_KEY'});
  });

  it('has a geo index where a point is declared', async () => {
    const db = makeDataSource();
    const M = db.define('M', wide, {indexes: {byAt: {keys: {'place.at': 1}}}});
    await M.create(
      Array.from({length: 100}, (_, i) => ({place: {at: {lat: 0, lng: i}}})),
    );
    const filter = {where: {'place.at': {near: '0,50'}}, limit: 1};
    assert.match(db.connector.explain('M', filter).text, /index byAt/);
    assert.equal((await M.find(filter))[0].id, 51);
    assert.equal(await M.count({'place.at.lng': {lt: '2'}}), 2);
  });

  it('finds texts in a list of texts by their place', async () => {
    const M = makeDataSource().define('M', {nums: [Number], tags: [String]});
    await M.create({nums: ['1', '2'], tags: [1, 2]});
    assert.equal(await M.count({'nums.1': '2'}), 1);
    assert.equal(await M.count({'tags.0': 1}), 1);
    assert.equal(await M.count({'nums.1': '1'}), 0);
  });

  it('refuses an unknown operator where a scalar is declared', async () => {
    const M = makeDataSource().define('M', wide);
    await assert.rejects(M.count({'slot.from': {gtt: '2020-01-01'}}), {
      statusCode: 400,
      message:
        /on M\.slot\.from: "gtt" is not an operator; did you mean "gt"\?$/,
    });
  });

  it('refuses no object where none is declared', async () => {
    const M = makeDataSource().define('M', wide);
    assert.equal(await M.count({'slot.more': {gtt: 1}}), 0);
    assert.equal(await M.count({'slot.more': '5'}), 0);
  });
});

describe('unknownProperties error', () => {
  const unknown: readonly [object, RegExp][] = [
    [
      {where: {'slot.form': 1}},
      /where names "slot\.form", .* did you mean "slot\.from"/,
    ],
    [
      {order: 'slots.0.pric'},
      /order names "slots\.0\.pric", .*"slots\.0\.price"/,
    ],
    [{where: {'slots.x': 1}}, /are slots\.from, slots\.price, slots\.on, /],
    [{where: {or: [{'slot.0.from': 1}]}}, /where names "slot\.0"/],
  ];
  for (const [filter, message] of unknown) {
    it(`refuses ${JSON.stringify(filter)} of a nested model`, async () => {
      const db = makeDataSource({unknownProperties: 'error'});
      const M = db.define('M', wide);
      await assert.rejects(M.find(filter), {statusCode: 400, message});
    });
  }

  it('lets a path go on where nothing is declared', async () => {
    const db = makeDataSource({unknownProperties: 'error'});
    const M = db.define('M', {...wide, any: 'any', o: Object, list: ['any']});
    for (const path of [
      'slot.from',
      'slots.0.from',
      'slots.5',
      'any.x.y',
      'o.x',
      'list.3.x',
      'place.at.lat',
    ]) {
      assert.deepEqual(await M.find({where: {[path]: 1}, order: path}), []);
    }
  });
});

describe('typeChecks strict', () => {
  const misfits: readonly [string, object, string][] = [
    ['a text in a nested Number', {slot: {price: 'many'}}, 'slot.price'],
    ['NaN in a nested Number', {slot: {price: Number.NaN}}, 'slot.price'],
    ['a text in a nested Date', {slot: {from: 'soon'}}, 'slot.from'],
    ['a number in a nested Boolean', {slot: {on: 2}}, 'slot.on'],
    ['a misfit in an array', {slots: [{}, {price: 'x'}]}, 'slots.1.price'],
    ['a number for a nested model', {slots: [5]}, 'slots.0'],
    ['no point in a nested GeoPoint', {place: {at: 'here'}}, 'place.at'],
    ['a text in a nested array', {o: {nums: [1, 'x']}}, 'o.nums'],
  ];
  for (const [what, row, property] of misfits) {
    it(`refuses ${what}, and names its place`, async () => {
      const {connector, define} = strict();
      define();
      await assert.rejects(call(connector, 'create', 'M', row), {
        code: 'INVALID_VALUE',
        statusCode: 422,
        message: new RegExp(`^M\\.${property.replaceAll('.', '\\.')} cannot`),
      });
      assert.deepEqual(await call(connector, 'count', 'M', {}), [0]);
    });
  }

  function strict() {
    const db = makeDataSource({typeChecks: 'strict'});
    const define = () => db.define('M', {...wide, o: {nums: [Number]}});
    return {connector: db.connector, define};
  }

  it('stores what is nested and can be cast', async () => {
    const {connector, define} = strict();
    define();
    const row = {
      slot: {price: '5', from: '2020-01-01', more: 'x'},
      slots: [null],
    };
    await call(connector, 'create', 'M', row);
    const [[found]] = await call(connector, 'all', 'M', {});
    assert.deepEqual(found.slot, {
      price: 5,
      from: new Date('2020-01-01'),
      more: 'x',
    });
  });

  it('checks the rows that there are when nested types are declared', async () => {
    const db = makeDataSource({typeChecks: 'strict'});
    const M = db.define('M', {slot: Object});
    await M.create({slot: {price: 'many'}});
    await assert.rejects(db.define('M', wide).count(), {
      code: 'INVALID_MODEL',
      message: /M\.slot\.price cannot be "many"/,
    });
  });
});
