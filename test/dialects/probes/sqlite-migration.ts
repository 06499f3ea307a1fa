import {type Place, probes} from '../../support/dialects/probe';

type Rows = readonly object[];

const numbered = {id: {type: Number, id: true}};
const lettered = {id: {type: String, id: true}};

/** Makes a table, fills it, declares its model otherwise, and updates it. */
const updated =
  (before: object, rows: Rows, after: object, settings: object = {}) =>
  async (place: Place) => {
    const M = await place.table(before, settings);
    for (const row of rows) await M.create(row);
    const N = place.redefine(M.modelName, after, settings);
    await place.step('autoupdate', () =>
      place.dataSource.autoupdate(N.modelName),
    );
    await place.step('rows', () => N.find());
    await place.step('old', () =>
      place.redefine(M.modelName, before, settings).find(),
    );
  };

/** What `automigrate` of a model comes to. */
const made =
  (properties: object, settings: object = {}) =>
  async (place: Place) => {
    const M = place.define(properties, {idInjection: false, ...settings});
    const {dataSource} = place;
    await place.step('automigrate', () => dataSource.automigrate(M.modelName));
    await place.step('find', () => M.find());
    await place.step('autoupdate', () => dataSource.autoupdate(M.modelName));
  };

const model =
  (name: string, properties: object, settings: object = {}) =>
  (place: Place) =>
    place.redefine(name, properties, settings);

/** Migrates models of given names, one call a step. */
const called =
  (steps: readonly [call: string, define: (place: Place) => any][]) =>
  async (place: Place) => {
    for (const [i, [call, define]] of steps.entries()) {
      const {modelName} = define(place);
      await place.step(`${i + 1} ${call} ${modelName}`, () =>
        place.dataSource[call](modelName),
      );
    }
  };

const absent = {
  n: String,
  size: Number,
  extra: String,
  Tag: String,
  other: {type: String, sqlite3: {columnName: 'Uu'}},
  ok: Boolean,
  on: Date,
};

const conditions: readonly object[] = [
  {extra: 'extra'},
  {extra: 'n'},
  {size: 1},
  {size: null},
  {size: {neq: null}},
  {size: {neq: 1}},
  {size: {gt: 1}},
  {size: {lt: 1}},
  {size: {between: [1, 5]}},
  {size: {nin: [1, null]}},
  {extra: {gte: 'extra'}},
  {extra: {lt: 'extra'}},
  {extra: {lte: 'extra'}},
  {extra: {between: ['a', 'z']}},
  {extra: {inq: []}},
  {extra: {inq: ['x', null]}},
  {extra: {inq: ['extra']}},
  {extra: {nin: []}},
  {extra: {nin: ['extra']}},
  {extra: {nin: ['x']}},
  {extra: {like: 'EXT%'}},
  {extra: {nlike: 'ext%'}},
  {extra: {regexp: 'e'}},
  {Tag: 'tag'},
  {Tag: 'Tag'},
  {other: 'Uu'},
  {ok: true},
  {ok: {neq: true}},
  {on: {gt: new Date(0)}},
  {or: [{extra: 'extra'}, {n: 'z'}]},
  {and: [{extra: 'extra'}, {n: 'z'}]},
];

const amongNumbers: readonly object[] = [
  {n: 7},
  {n: {gt: 7}},
  {n: {gte: 7}},
  {n: {lt: 7}},
  {n: {lte: 7}},
  {n: {between: [-5, 9]}},
  {n: {neq: 7}},
  {n: {neq: null}},
  {n: {inq: [7, 8]}},
  {n: {nin: [7]}},
  {n: {like: 'X%'}},
  {n: {nlike: '7%'}},
  {d: {gt: new Date(5)}},
  {d: {lt: new Date(5)}},
  {b: {neq: true}},
  {b: {gt: false}},
];

export const sqliteMigration = probes('sqlite', {
  'a column that there is not': async place => {
    const {modelName} = await place.table({n: String});
    const M = place.redefine(modelName, absent);
    await place.step('first', () => M.create({n: 'a'}));
    for (const where of conditions) {
      await place.step(`count ${JSON.stringify(where)}`, () =>
        M.count(structuredClone(where)),
      );
    }
    await place.step('order', () =>
      M.find({order: ['extra', 'n DESC'], fields: ['n']}),
    );
    await place.step('find', () => M.find());
    await place.step('fields', () => M.find({fields: ['n', 'extra']}));
    await place.step('create', () => M.create({n: 'b', size: 1, extra: 'x'}));
    await place.step('update', () => M.updateAll({}, {extra: 'x', size: 1}));
    await place.step('updateWhere', () => M.updateAll({size: 1}, {n: 'z'}));
    await place.step('replace', () => M.replaceById(1, {n: 'z'}));
    await place.step('delete', () => M.destroyAll({size: 1}));
    await place.step('rows', () => M.find());
  },
  'columns that the model does not know': async place => {
    const all = {
      n: String,
      r: {type: String, required: true},
      d: {type: Number, sqlite3: {dbDefault: 5}},
    };
    const {modelName} = await place.table(all);
    const M = place.redefine(modelName, {n: String});
    await place.step('create', () => M.create({n: 'a'}));
    const N = place.redefine(modelName, {n: String, r: String});
    await N.create({n: 'a', r: 'x'});
    const O = place.redefine(modelName, {n: String});
    await place.step('rows', () => O.find());
    await place.step('replace', () => O.replaceById(1, {n: 'b'}));
    await place.step('all', () => place.redefine(modelName, all).find());
  },
  'an id that the table has not': async place => {
    const {modelName} = await place.table({...numbered, n: String});
    const M = place.redefine(modelName, {
      k: {type: Number, id: true},
      n: String,
    });
    await place.step('create', () => M.create({n: 'a'}));
    await place.step('find', () => M.find({fields: ['n']}));
    await place.step('findById', () => M.findById(1));
    const N = place.redefine(modelName, {n: {type: String, id: true}});
    await place.step('text', () => N.create({n: 'b'}));
    await place.step('rows', () =>
      place.redefine(modelName, {...numbered, n: String}).find(),
    );
  },
  'new columns': updated({n: String}, [{n: 'a'}, {n: 'b'}], {
    n: String,
    size: Number,
    extra: String,
    ok: Boolean,
    byDefault: {type: Number, sqlite3: {dbDefault: 5}},
    named: {type: String, sqlite3: {columnName: 'Other'}},
  }),
  'a column of another name than the property': updated(
    {n: {type: String, sqlite3: {columnName: 'Nn'}}},
    [{n: 'a'}],
    {n: {type: String, sqlite3: {columnName: 'Nn'}}},
  ),
  'a column whose name is the property': updated(
    {old: {type: String, sqlite3: {columnName: 'N'}}},
    [{old: 'a'}],
    {n: String},
  ),
  'values of other types': updated(
    {
      a: Number,
      b: Boolean,
      c: String,
      d: Date,
      e: {type: Number, sqlite3: {dataType: 'INTEGER', dataLength: 9}},
    },
    [
      {a: 12, b: true, c: '1.50', d: new Date(5), e: 3},
      {a: 1e20, b: false, c: ' 7 ', d: new Date(1e13), e: 2.5},
      {a: 0.1, c: 'x', e: 3e9},
    ],
    {a: String, b: String, c: Number, d: String, e: String},
  ),
  'texts become booleans and dates': updated(
    {a: String, b: String, c: Number},
    [
      {a: 'y', b: '5', c: 1},
      {a: '0', b: 'x', c: 7},
    ],
    {a: Boolean, b: Date, c: Boolean},
  ),
  'texts among numbers': async place => {
    const M = await place.table({n: String, d: String, b: String});
    for (const n of ['x', '7', 'a', '-1']) await M.create({n, d: n, b: n});
    const {modelName} = M;
    const N = place.redefine(modelName, {n: Number, d: Date, b: Boolean});
    await place.dataSource.autoupdate(modelName);
    await place.step('order', () => N.find({order: ['n DESC']}));
    for (const where of amongNumbers) {
      await place.step(JSON.stringify(where), () =>
        N.find({where: structuredClone(where), fields: ['id']}),
      );
    }
  },
  'a numeric id becomes a text': updated(
    {...numbered, n: String},
    [
      {id: 5, n: 'a'},
      {id: 2, n: 'b'},
    ],
    {...lettered, n: String},
  ),
  'a text id becomes a number': updated(
    {...lettered, n: String},
    [
      {id: '5', n: 'a'},
      {id: '2', n: 'b'},
    ],
    {...numbered, n: String},
  ),
  'a text id becomes a number, and is none': updated(
    {...lettered, n: String},
    [
      {id: '5', n: 'a'},
      {id: 'x', n: 'b'},
    ],
    {...numbered, n: String},
  ),
  'a text id stays': updated(
    {...lettered, n: String},
    [
      {id: 'z', n: 'a'},
      {id: 'a', n: 'b'},
    ],
    {...lettered, n: String, size: Number},
  ),
  'another id, of which there are two': updated(
    {...numbered, n: String},
    [
      {id: 5, n: 'a'},
      {id: 2, n: 'a'},
    ],
    {id: Number, n: {type: String, id: true}},
  ),
  'another id, which is null': updated(
    {...numbered, n: Number},
    [{id: 5}, {id: 6, n: 3}, {id: 7}],
    {n: {type: Number, id: true}},
  ),
  'another id, which is null and a text': updated(
    {...numbered, n: String},
    [{id: 5}],
    {n: {type: String, id: true}},
  ),
  'another id, which is a fraction': updated(
    {...numbered, n: Number},
    [{id: 5, n: 1.5}],
    {n: {type: Number, id: true}},
  ),
  'a new id over no rows': updated({...numbered, n: String}, [], {
    k: {type: Number, id: true},
    n: String,
  }),
  'a new id over rows': updated({...numbered, n: String}, [{id: 1}], {
    k: {type: Number, id: true},
    n: {type: String, required: true},
  }),
  'several errors in one row': updated(
    {...numbered, n: String, m: String},
    [
      {id: 1, n: 'a', m: 'm'},
      {id: 2, n: 'a'},
    ],
    {n: {type: String, id: true}, m: {type: String, required: true}},
  ),
  "SQLite's names of the number of a row": updated(
    {...lettered, n: String},
    [{id: 'z'}, {id: 'a'}],
    {...lettered, rowid: Number, oid: String},
  ),
  'a default that the connector refuses': updated({n: String}, [{n: 'a'}], {
    n: String,
    x: {type: Number, sqlite3: {dbDefault: 'many'}},
  }),
  'a table of another name than the model': called([
    ['autoupdate', model('Aa', {n: String}, {sqlite3: {tableName: 'Bb'}})],
    ['autoupdate', model('Aa', {n: String}, {sqlite3: {tableName: 'Bb'}})],
    ['autoupdate', model('Aa', {n: String}, {sqlite3: {tableName: 'BB'}})],
    ['automigrate', model('Aa', {n: String}, {sqlite3: {tableName: 'BB'}})],
  ]),
  'a name with _old': called([
    ['automigrate', model('Cc', {n: String})],
    ['automigrate', model('Cc_old', {n: String})],
    ['autoupdate', model('Cc', {n: String})],
    ['automigrate', model('Dd', {n: String})],
    [
      'automigrate',
      model('Ee', {n: String}, {indexes: {dd_old: {columns: 'n'}}}),
    ],
    ['autoupdate', model('Dd', {n: String})],
  ]),
  "models that are called as columns of SQLite's list of tables": called([
    ['autoupdate', model('Name', {n: String})],
    ['automigrate', model('Name', {n: String})],
    ['autoupdate', model('Name', {n: String})],
    ['autoupdate', model('Tbl_name', {n: String})],
    ['autoupdate', model('Type', {n: String})],
    ['autoupdate', model('Type', {n: String})],
    ['autoupdate', model('Sql', {n: String})],
    ['autoupdate', model('Sql', {n: String})],
    ['autoupdate', model('Rowid', {n: String})],
    ['autoupdate', model('Rowid', {n: String})],
  ]),
  'an index of the name of a table': called([
    ['automigrate', model('Ff', {n: String})],
    ['automigrate', model('Gg', {n: String}, {indexes: {FF: {columns: 'n'}}})],
    ['autoupdate', model('Gg', {n: String}, {indexes: {FF: {columns: 'n'}}})],
    ['autoupdate', model('Gg', {n: String})],
    ['automigrate', model('Hh', {n: String}, {indexes: {HH: {columns: 'n'}}})],
    ['automigrate', model('Ii', {n: String}, {indexes: {jj: {columns: 'n'}}})],
    ['automigrate', model('Jj', {n: String})],
    ['autoupdate', model('Jj', {n: String})],
    ['automigrate', model('Kk', {n: String}, {indexes: {jj: {columns: 'n'}}})],
    ['automigrate', model('Ii', {n: String})],
    ['autoupdate', model('Jj', {n: String})],
  ]),
  'all forms of indexes': made(
    {
      ...numbered,
      n: {type: String, index: {unique: true}},
      m: {type: String, index: true, sqlite3: {columnName: 'mm'}},
    },
    {
      indexes: {
        x1: {columns: 'n, typo'},
        x2: {keys: {n: 1, m: -1}, options: {unique: true}},
        x3: {keys: ['n']},
        x5: {columns: 'rowid'},
      },
    },
  ),
  'an index of a reserved name': made(
    {...numbered, n: String},
    {indexes: {sqlite_y: {columns: 'n'}}},
  ),
  'a table of a reserved name': made(
    {...numbered, n: String},
    {sqlite3: {tableName: 'SQLite_y'}},
  ),
  'two ids, then two of one name': made({
    a: {type: Number, id: true},
    b: {type: Number, id: true},
    c: {type: String, sqlite3: {columnName: 'A'}},
  }),
  'two of one name, then two ids': made({
    a: {type: Number, id: true},
    c: {type: String, sqlite3: {columnName: 'A'}},
    b: {type: Number, id: true},
  }),
  'a default that cannot be read, then two of one name': made({
    ...numbered,
    a: {type: Boolean, sqlite3: {dbDefault: true}},
    c: {type: String, sqlite3: {columnName: 'A'}},
  }),
  'two of one name, then a default that is refused': made({
    ...numbered,
    a: String,
    b: {type: String, sqlite3: {columnName: 'A'}},
    c: {type: Number, sqlite3: {dbDefault: 'many'}},
  }),
  'a default that is no boolean': made({
    ...numbered,
    a: {type: Boolean, sqlite3: {dbDefault: 'perhaps'}},
  }),
  'a default of a text': async place => {
    const M = await place.table({
      ...numbered,
      word: {type: String, sqlite3: {dbDefault: 'word'}},
      int: {type: String, sqlite3: {dbDefault: 'int'}},
    });
    await M.create({id: 1, word: '12', int: '12'});
    await M.create({id: 2});
    await place.step('rows', () => M.find());
    await place.step('gt', () => M.count({int: {gt: '2'}}));
    await place.step('text', () => M.count({word: {gt: '2'}}));
  },
  'a model without an id': made({n: String}),
  'a model without properties': called([
    ['automigrate', place => place.define({}, {idInjection: false})],
    ['autoupdate', place => place.define({}, {idInjection: false})],
  ]),
  names: async place => {
    const {modelName} = place.define({
      userName: String,
      other: {type: String, sqlite3: {columnName: 'Other'}},
    });
    const {connector} = place.dataSource;
    const asked: readonly [string, ...string[]][] = [
      ['table', modelName],
      ['tableEscaped', modelName],
      ['schema', modelName],
      ['column', modelName, 'userName'],
      ['column', modelName, 'other'],
      ['columnEscaped', modelName, 'other'],
      ['columnEscaped', modelName, 'userName.x'],
      ['propertyName', modelName, 'username'],
      ['propertyName', modelName, 'other'],
      ['idColumn', modelName],
      ['idColumnEscaped', modelName],
      ['escapeName', 'a"b'],
      ['escapeName', ''],
      ['dbName', 'AbC'],
      ['getDefaultSchemaName'],
    ];
    for (const [method, ...args] of asked) {
      await place.step(`${method} ${args.join(' ')}`, () =>
        connector[method](...args),
      );
    }
    await place.step('ping', () => place.dataSource.execute('SELECT 1'));
  },
  discovery: async place => {
    const {modelName} = await place.table({n: String});
    const {dataSource} = place;
    const {connector} = dataSource;
    const table = modelName.toLowerCase();
    await place.step('definitions', () =>
      dataSource.discoverModelDefinitions(),
    );
    for (const what of [
      'ModelProperties',
      'PrimaryKeys',
      'UniqueKeys',
      'ForeignKeys',
      'ExportedForeignKeys',
      'Schema',
    ]) {
      await place.step(what, () => dataSource[`discover${what}`](table));
    }
    await place.step('unknown', () => dataSource.autoupdate('NoSuchModel'));
    await place.step(
      'unknown of the connector',
      () =>
        new Promise((resolve, reject) =>
          connector.autoupdate(['NoSuchModel'], (error: unknown) =>
            error ? reject(error) : resolve(undefined),
          ),
        ),
    );
  },
});
