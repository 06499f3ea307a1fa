import {type Place, probes} from '../../support/dialects/probe';

/*
 * Migrations and discovery of MariaDB and MySQL alone: what their connector sends
 * for words of theirs, and what the server makes of it.
 */

interface Definition {
  readonly properties: object;
  readonly settings?: object;
}

const defined = (properties: object, settings: object = {}): Definition => ({
  properties,
  settings,
});

/** A table that is made. */
const made =
  (properties: object, settings: object = {}) =>
  async (place: Place) => {
    const {modelName} = place.define(properties, settings);
    await place.step('automigrate', () =>
      place.dataSource.automigrate(modelName),
    );
    await tellMade(place, modelName);
    await place.step('autoupdate', () =>
      place.dataSource.autoupdate(modelName),
    );
    await tellMade(place, modelName, ', then');
  };

async function tellMade(place: Place, name: string, when = '') {
  const {dataSource} = place;
  await place.step(`is actual${when}`, () => isActual(dataSource, name));
  await place.step(`columns${when}`, () =>
    dataSource.discoverModelProperties(name),
  );
  await place.step(`unique${when}`, () => uniqueKeys(dataSource, name));
}

function uniqueKeys(dataSource: any, name: string): Promise<unknown> {
  return called(done =>
    dataSource.connector.discoverUniqueKeys(name, {}, done),
  );
}

function isActual(dataSource: any, name: string): Promise<unknown> {
  return called(done => dataSource.isActual(name, done));
}

/** What a method calls back with that promises nothing. */
function called(
  call: (done: (error: Error | null, value: unknown) => void) => void,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    call((error, value) => (error ? reject(error) : resolve(value)));
  });
}

/** A table with rows that becomes another one. */
const changed =
  (before: Definition, rows: readonly object[], after: Definition) =>
  async (place: Place) => {
    const M = await place.table(before.properties, before.settings);
    for (const row of rows) await M.create(row);
    const N = place.redefine(M.modelName, after.properties, after.settings);
    await place.step('is actual', () =>
      isActual(place.dataSource, N.modelName),
    );
    await place.step('autoupdate', () =>
      place.dataSource.autoupdate(N.modelName),
    );
    await tellMade(place, N.modelName, ', then');
    await place.step('rows', () => N.find({order: 'id'}));
  };

/** What becomes of values of a column whose type changes, each in a table of its own. */
const converted =
  (from: object, values: readonly unknown[], ...types: readonly object[]) =>
  async (place: Place) => {
    for (const [i, value] of values.entries()) {
      for (const [j, type] of types.entries()) {
        const M = await place.table({n: from});
        await M.create({n: value});
        const N = place.redefine(M.modelName, {n: type});
        await place.step(`${i}, ${j}`, () =>
          place.dataSource.autoupdate(N.modelName),
        );
        const both = place.redefine(M.modelName, {n: String});
        await place.step(`${i}, ${j}, then`, () => both.find());
      }
    }
  };

const own = (dataType: string, more: object = {}) => ({
  mysql: {dataType, ...more},
});
const text = {type: String};
const int = {type: Number};
const tiny = {type: Boolean};
const decimal = {
  type: Number,
  ...own('decimal', {dataPrecision: 8, dataScale: 2}),
};
const double = {type: Number, dataType: 'double'};
const float = {type: Number, dataType: 'float'};
const bigint = {type: Number, dataType: 'bigint'};
const dateTime = {type: Date};
const day = {type: Date, ...own('date')};
const timestamp = {type: Date, ...own('timestamp')};
const clock = {type: String, ...own('time')};
const oneOf = {
  type: String,
  ...own('enum'),
  jsonSchema: {enum: ['a', 'c']},
};

/** A child, its foreign key to a parent, and what a change of either comes to. */
const related =
  (
    {parent = {n: text}, child = {pid: int}, key = {}}: Related,
    steps: (names: {
      parent: string;
      child: string;
      place: Place;
      keys: object;
    }) => Promise<void>,
  ) =>
  async (place: Place) => {
    const P = place.define(parent);
    const name = `${P.modelName}_fk`;
    const keys = {
      foreignKeys: {
        [name]: {
          name,
          entity: P.modelName,
          entityKey: 'id',
          foreignKey: 'pid',
          ...key,
        },
      },
    };
    const C = place.define(child, keys);
    await place.step('automigrate the child', () =>
      place.dataSource.automigrate(C.modelName),
    );
    await place.step('autoupdate without a parent', () =>
      place.dataSource.autoupdate(C.modelName),
    );
    await place.step('automigrate the parent', () =>
      place.dataSource.automigrate(P.modelName),
    );
    await place.step('autoupdate', () =>
      place.dataSource.autoupdate(C.modelName),
    );
    await place.step('is actual', () =>
      isActual(place.dataSource, C.modelName),
    );
    await place.step('keys', () =>
      place.dataSource.discoverForeignKeys(C.modelName),
    );
    await steps({parent: P.modelName, child: C.modelName, place, keys});
  };

interface Related {
  readonly parent?: object;
  readonly child?: object;
  readonly key?: object;
}

const nothing = async () => {};

/** What is done to a model that is defined otherwise. */
async function redefined(
  place: Place,
  name: string,
  {properties, settings}: Definition,
  step: string,
): Promise<void> {
  place.redefine(name, properties, settings);
  await place.step(step, () => place.dataSource.autoupdate(name));
  await place.step(`${step}, keys`, () =>
    place.dataSource.discoverForeignKeys(name),
  );
}

export const mysqlSchema = probes('schema', {
  'columns that are read and written are there': async place => {
    const M = await place.table({n: String});
    const N = place.redefine(M.modelName, {n: String, q: Number});
    await place.step('find', () => N.find());
    await place.step('where', () => N.find({fields: ['n'], where: {q: 1}}));
    await place.step('order', () => N.find({fields: ['n'], order: 'q'}));
    await place.step('count', () => N.count({q: 1}));
    await place.step('all', () => N.count());
    await place.step('create', () => N.create({n: 'a', q: 1}));
    await place.step('create without', () => N.create({n: 'a'}));
    await place.step('update', () => N.updateAll({}, {q: 1}));
    await place.step('update where', () => N.updateAll({q: 1}, {n: 'x'}));
    await place.step('update both', () => N.updateAll({q: 1}, {q: 2}));
    await place.step('delete', () => N.destroyAll({q: 1}));
    await place.step('upsert', () => N.upsert({id: 1, n: 'x', q: 2}));
    await place.step('replace', () => N.replaceById(1, {n: 'b', q: 1}));
    await place.step('replaceOrCreate', () =>
      N.replaceOrCreate({id: 1, n: 'b', q: 1}),
    );
    const without = place.redefine(M.modelName, {});
    await place.step('a column more', () => without.create({}));
    await place.step('rows', () => without.find());
  },
  'a column that must have a value': async place => {
    const M = await place.table({n: {type: String, required: true}, m: int});
    const N = place.redefine(M.modelName, {m: int});
    await place.step('create', () => N.create({m: 1}));
  },
  'types of columns': made({
    t: text,
    indexed: {type: String, index: true},
    short: {type: String, length: 40},
    i: int,
    unsigned: {type: Number, unsigned: true},
    bigint,
    decimal,
    float,
    double,
    sized: {type: Number, dataType: 'float', precision: 7, scale: 3},
    yes: tiny,
    at: dateTime,
    precise: {type: Date, precision: 3},
    day,
    timestamp,
    clock,
    oneOf,
    any: {type: Object},
    list: {type: ['string']},
    json: {type: Object, ...own('json')},
    bytes: {type: String, ...own('blob')},
    few: {type: String, ...own('varbinary', {dataLength: 10})},
    bit: {type: Boolean, ...own('bit')},
    letter: {type: String, ...own('char', {dataLength: 1})},
    long: {type: String, ...own('longtext')},
    place: {type: 'GeoPoint'},
    year: {type: Number, ...own('year')},
    small: {type: Number, ...own('smallint')},
  }),
  'columns of which autoupdate makes others': made({
    a: {type: String, mysql: {column: 'b'}},
    c: {type: String, ...own('char', {dataLength: 5})},
    d: {type: String, charset: 'latin1', collation: 'latin1_bin'},
    e: {type: String, mysql: {columnName: 'ee'}, index: true},
  }),
  'an id of texts': made({id: {type: String, id: true}, n: text}),
  'two ids': made({a: {type: Number, id: 2}, b: {type: String, id: 1}}),
  'an id that is given': made({id: {type: Number, id: true}, n: text}),
  'an id of another type': made({
    id: {type: Number, id: true, generated: true, ...own('bigint')},
    n: text,
  }),
  'an id without a sequence': made({
    id: {type: Number, id: true, generated: true, unsigned: true},
    n: text,
  }),
  'no id': made({n: text}, {idInjection: false}),
  defaults: async place => {
    const M = place.define({
      a: {type: String, mysql: {default: 'x'}},
      b: {type: Number, mysql: {default: 5}},
      c: {type: Boolean, mysql: {default: true}},
      d: {type: Boolean, mysql: {default: 1}},
      e: {type: String, ...own('text', {default: 'y'})},
      f: {type: ['string'], mysql: {default: 'z'}},
    });
    await place.step('automigrate', () =>
      place.dataSource.automigrate(M.modelName),
    );
    await place.step('create', () => M.create({id: 1}));
    await place.step('rows', () => M.find());
  },
  'a default that is no number': made({
    b: {type: Number, mysql: {default: 'x'}},
  }),
  'a default that is no date': made({b: {type: Date, mysql: {default: 'x'}}}),
  'a default that is too long': made({
    b: {type: String, length: 2, mysql: {default: 'xyz'}},
  }),
  'a default out of range': made({
    b: {type: Number, ...own('tinyint', {default: 500})},
  }),
  'a default of another type': made({b: {type: Date, mysql: {default: 5}}}),
  'a default that is none of them': made({
    b: {...oneOf, ...own('enum', {default: 'x'})},
  }),
  'a default of a point': made({
    b: {type: 'GeoPoint', mysql: {default: 'x'}},
  }),
  'names that differ by case': made({username: text, userName: text}),
  'a name that is too long': made({['x'.repeat(65)]: text}),
  'a type that there is not': made({n: {type: String, ...own('foo')}}),
  'a text that is too long': made({n: {type: String, length: 30_000}}),
  'letters that are too many': made({
    n: {type: String, length: 300, ...own('char')},
  }),
  'digits that are too many': made({
    n: {type: Number, ...own('decimal', {dataPrecision: 70, dataScale: 2})},
  }),
  'more digits behind the point': made({
    n: {type: Number, ...own('decimal', {dataPrecision: 2, dataScale: 4})},
  }),
  'a second that is too precise': made({n: {type: Date, precision: 9}}),
  'a row that is too long': made(
    Object.fromEntries(
      'abcdefgh'.split('').map(name => [name, {type: String, length: 4000}]),
    ),
  ),
  'indexes of properties': made({
    a: {type: String, index: true},
    b: {type: Number, index: {unique: true}},
    c: {type: Number, index: {kind: 'UNIQUE'}},
    d: {type: Number, index: {type: 'BTREE', kind: 'UNIQUE'}},
    e: {type: String, index: {kind: 'FULLTEXT'}},
    f: {type: Number, required: true, index: {unique: true}},
  }),
  'indexes of the settings': made(
    {a: text, b: int, c: {type: Number, mysql: {columnName: 'cc'}}},
    {
      indexes: {
        ab: {columns: 'a, b'},
        unique: {columns: 'a,b', kind: 'unique'},
        keys: {keys: {a: 1, b: -1}},
        one: {keys: {b: 1}, options: {unique: true}},
        typed: {keys: {b: 1}, type: 'BTREE', kind: 'UNIQUE'},
        none: {b: 1},
      },
    },
  ),
  'an index on a property of another column': made(
    {c: {type: Number, mysql: {columnName: 'cc'}}},
    {indexes: {k: {keys: {c: 1}}}},
  ),
  'an index on what is no column': made(
    {n: int},
    {indexes: {k: {columns: 'q'}}},
  ),
  'two indexes of a name': made(
    {n: {type: Number, index: true}},
    {indexes: {n: {keys: {n: 1}}}},
  ),
  'an index that is called PRIMARY': made(
    {n: int},
    {indexes: {PRIMARY: {keys: {n: 1}}}},
  ),
  'an index that has a column twice': made(
    {n: int},
    {indexes: {k: {columns: 'n,n'}}},
  ),
  'an index on two texts': made(
    {a: text, b: text},
    {indexes: {ab: {keys: {a: 1, b: 1}}}},
  ),
  'a unique index on two texts': made(
    {a: text, b: text},
    {indexes: {ab: {keys: {a: 1, b: 1}, options: {unique: true}}}},
  ),
  'an index on an object': made({a: {type: Object, index: true}}),
  'a unique index on an object': made({
    a: {type: Object, index: {unique: true}},
  }),
  'an id that is too long': made({
    id: {type: String, id: true, length: 1000},
  }),
  'an id of text': made({id: {type: String, id: true, ...own('text')}}),
  'numbers that are searched for words': made({
    a: {type: Number, index: {kind: 'FULLTEXT'}},
  }),
  'a place that may be null': made({
    a: {type: 'GeoPoint', index: {kind: 'SPATIAL'}},
  }),
  'a place': made({
    a: {type: 'GeoPoint', required: true, index: {kind: 'SPATIAL'}},
  }),
  'a kind of index that there is not': made({
    a: {type: Number, index: {kind: 'FOO'}},
  }),
  'an index that goes': changed(
    defined({a: {type: String, index: true}}),
    [],
    defined({a: text}),
  ),
  'an index on other columns': changed(
    defined({a: text, b: int}, {indexes: {k: {keys: {a: 1}}}}),
    [],
    defined({a: text, b: int}, {indexes: {k: {keys: {b: 1}}}}),
  ),
  'an index that becomes unique': changed(
    defined({b: {type: Number, index: true}}),
    [{b: 1}, {b: 1}],
    defined({b: {type: Number, index: {unique: true}}}),
  ),
  'an index of a kind that is added': changed(
    defined({b: int}),
    [{b: 1}, {b: 1}],
    defined({b: {type: Number, index: {kind: 'UNIQUE'}}}),
  ),
  'a unique index over equal rows that are converted': changed(
    defined({a: text}),
    [{a: '1'}, {a: '01'}],
    defined({a: {type: Number, index: {unique: true}}}),
  ),
  'an index on what is no column, added': changed(
    defined({b: int}),
    [],
    defined({b: int}, {indexes: {k: {columns: 'zz'}}}),
  ),
  'a column of two in an index goes': changed(
    defined(
      {a: int, b: int},
      {indexes: {ab: {keys: {a: 1, b: 1}, options: {unique: true}}}},
    ),
    [{a: 1, b: 1}],
    defined(
      {b: int},
      {indexes: {ab: {keys: {a: 1, b: 1}, options: {unique: true}}}},
    ),
  ),
  'the id goes': changed(
    defined({a: int}),
    [{a: 1}],
    defined({a: int, code: {type: Number, id: true}}, {idInjection: false}),
  ),
  'all columns go': async place => {
    const {modelName} = await place.table({a: int});
    place.redefine(modelName, {}, {idInjection: false});
    await place.step('autoupdate', () =>
      place.dataSource.autoupdate(modelName),
    );
    await tellMade(place, modelName);
  },
  'a name in another case': changed(
    defined({userName: text}),
    [{userName: 'x'}],
    defined({username: text}),
  ),
  'columns that must have a value are added': changed(
    defined({n: text}),
    [{n: 'a'}],
    defined({
      n: text,
      s: {type: String, required: true},
      i: {type: Number, required: true},
      b: {type: Boolean, required: true},
      d: {type: Date, required: true},
      g: {type: 'GeoPoint', required: true},
      e: {...oneOf, required: true},
      df: {type: Number, mysql: {default: 4}},
    }),
  ),
  'a value in the third row': changed(
    defined({a: text, b: text}),
    [{a: '1'}, {a: '2'}, {a: '300', b: 'x'}],
    defined({a: {type: Number, ...own('tinyint')}, b: text}),
  ),
  'a null in the third row': changed(
    defined({a: text}),
    [{a: '1'}, {a: '2'}, {}],
    defined({a: {type: String, required: true}}),
  ),
  'a null before a word': changed(
    defined({a: text, b: text}),
    [{b: 'x'}],
    defined({a: {type: String, required: true}, b: int}),
  ),
  'a word before a null': changed(
    defined({a: text, b: text}),
    [{a: 'x'}],
    defined({a: int, b: {type: String, required: true}}),
  ),
  'a default that changes': changed(
    defined({a: {type: String, mysql: {default: 'x'}}}),
    [{}],
    defined({a: {type: String, mysql: {default: 'y'}}}),
  ),
  'null that may be again': changed(
    defined({a: {type: String, required: true}}),
    [{a: 'x'}],
    defined({a: text}),
  ),
  'texts become numbers': converted(
    text,
    ['x', '12.7', ' 12 ', '12abc', '', '99999999999', '-5', '1e3', '+7'],
    int,
    tiny,
    decimal,
    double,
  ),
  'texts become dates': converted(
    text,
    [
      'x',
      '',
      '2020',
      '2020-01-02',
      '2020-01-02 03:04:05',
      '2020-01-02T03:04:05.678Z',
      '20200102',
      '2020-02-30',
      '1960-01-01',
    ],
    dateTime,
    day,
    timestamp,
  ),
  'texts become other texts': converted(
    text,
    ['abcdef', 'abc      ', 'ab', 'a', '1', '03:04:05'],
    {type: String, length: 4},
    oneOf,
    clock,
    {type: String, ...own('tinytext')},
  ),
  'integers become others': converted(
    int,
    [12, -3, 300, 12_345, 20_200_102, 0, 101],
    text,
    {type: String, length: 3},
    tiny,
    {type: Number, unsigned: true},
    decimal,
    dateTime,
    day,
    clock,
    oneOf,
  ),
  'decimals become others': converted(
    decimal,
    [1.5, 2.5, -2.5, 1234.56],
    int,
    text,
    tiny,
    double,
    {type: Number, ...own('decimal', {dataPrecision: 4, dataScale: 1})},
  ),
  'floats become others': converted(
    double,
    [1.5, 2.5, 0.1, 1e12, 1e21, 1e-7],
    int,
    text,
    float,
    decimal,
  ),
  'dates become others': converted(
    dateTime,
    [new Date('2020-01-02T03:04:05Z'), new Date('1960-01-02T03:04:05Z')],
    text,
    int,
    bigint,
    double,
    day,
    clock,
    timestamp,
  ),
  'words of a list become others': converted(
    oneOf,
    ['c'],
    text,
    int,
    {...oneOf, jsonSchema: {enum: ['a']}},
    {...oneOf, jsonSchema: {enum: ['c', 'a']}},
  ),
  'booleans become others': converted(tiny, [true, false], int, text),
  'points become others': converted(
    {type: 'GeoPoint'},
    [{lat: 1, lng: 2}],
    text,
    int,
    dateTime,
  ),
  'others become points': async place => {
    const types = [text, int, dateTime];
    for (const [i, value] of ['x', 1, new Date(0)].entries()) {
      await converted(types[i]!, [value], {type: 'GeoPoint'})(place);
    }
  },
  'a foreign key': related({}, async ({child, parent, place}) => {
    const {dataSource} = place;
    await place.step('exported', () =>
      dataSource.discoverExportedForeignKeys(parent),
    );
    await place.step('the parent again', () => dataSource.automigrate(parent));
    await redefined(place, child, defined({pid: int}), 'without it');
    await place.step('the parent at last', () =>
      dataSource.automigrate(parent),
    );
  }),
  'a foreign key whose column goes': related({}, async ({child, place}) => {
    await redefined(place, child, defined({o: int}), 'without the column');
  }),
  'a foreign key whose column changes': related(
    {},
    async ({child, keys, place}) => {
      const text512 = defined({pid: text}, keys);
      await redefined(place, child, text512, 'a text');
      const required = {type: Number, required: true};
      await redefined(place, child, defined({pid: required}, keys), 'required');
    },
  ),
  'a foreign key with actions': related(
    {key: {onDelete: 'CASCADE', onUpdate: 'SET NULL'}},
    async ({child, keys, place}) => {
      await redefined(place, child, defined({pid: int}, keys), 'again');
      const required = {type: Number, required: true};
      await redefined(place, child, defined({pid: required}, keys), 'required');
    },
  ),
  'a foreign key to what is no column': related(
    {key: {entityKey: 'q'}},
    nothing,
  ),
  'a foreign key to what is no key': related(
    {child: {pid: text}, key: {entityKey: 'n'}},
    nothing,
  ),
  'a foreign key of another type': related({child: {pid: text}}, nothing),
  'a foreign key of another size': related({child: {pid: bigint}}, nothing),
  'a foreign key that sets null where there is none': related(
    {child: {pid: {type: Number, required: true}}, key: {onDelete: 'SET NULL'}},
    nothing,
  ),
  'a foreign key to a unique index': related(
    {
      parent: {n: {type: String, length: 20, index: {unique: true}}},
      child: {pid: text},
      key: {entityKey: 'n'},
    },
    async ({parent, place}) => {
      await redefined(place, parent, defined({m: int}), 'without the column');
      const plain = {type: String, length: 20};
      await redefined(place, parent, defined({n: plain}), 'without the index');
      const number = {type: Number, index: {unique: true}};
      await redefined(place, parent, defined({n: number}), 'a number');
    },
  ),
  'a foreign key on a column with an index': related(
    {child: {pid: {type: Number, index: true}}},
    async ({child, keys, place}) => {
      await redefined(place, child, defined({pid: int}, keys), 'without it');
    },
  ),
  'a foreign key whose column gets an index': related(
    {},
    async ({child, keys, place}) => {
      const indexed = {type: Number, index: true};
      await redefined(place, child, defined({pid: indexed}, keys), 'with one');
      await redefined(place, child, defined({pid: int}, keys), 'without it');
    },
  ),
  'a foreign key of a name that there is': async place => {
    const P = await place.table({n: text});
    const name = `${P.modelName}_same`;
    const key = {name, entity: P.modelName, entityKey: 'id', foreignKey: 'pid'};
    for (const which of ['first', 'second']) {
      const C = place.define({pid: int}, {foreignKeys: {[name]: key}});
      await place.step(which, () => place.dataSource.autoupdate(C.modelName));
    }
  },
  'what there is to discover': async place => {
    const {dataSource} = place;
    const M = await place.table({n: text, yes: tiny});
    const {modelName} = M;
    await place.step('definitions', () =>
      dataSource.discoverModelDefinitions(),
    );
    await place.step('of another owner', () =>
      dataSource.discoverModelProperties(modelName, {schema: 'nobody'}),
    );
    await place.step('booleans', () =>
      dataSource.discoverModelProperties(modelName, {
        treatTINYINT1AsTinyInt: false,
      }),
    );
    await place.step('schema', () => dataSource.discoverSchema(modelName));
    await place.step('nothing', () =>
      dataSource.discoverModelProperties('nobody'),
    );
  },
  'a model that there is not': async place => {
    const {dataSource} = place;
    await place.step('automigrate', () => dataSource.automigrate('NoSuch'));
    await place.step('autoupdate', () => dataSource.autoupdate('NoSuch'));
    await place.step('isActual', () => isActual(dataSource, 'NoSuch'));
  },
});
