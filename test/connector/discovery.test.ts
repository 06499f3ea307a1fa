import assert from 'node:assert/strict';
import {InMemoryConnector} from '../../index';
import {
  makeDataSource,
  type Model,
  type TestDataSource,
} from '../support/connector/data-source';
import {
  builtInFile,
  discovering,
  type DiscoveringDataSource,
  world,
} from '../support/connector/discovery';
import {runHere} from '../support/cli/in-process';
import {Files} from '../support/connector/files';

describe('discovery of what models declare', () => {
  let db: DiscoveringDataSource;

  before(() => {
    db = discovering(makeDataSource());
    db.define('Country', {
      code: {type: String, id: true},
      name: {type: String, required: true, length: 80},
    });
    db.define(
      'City',
      {
        id: {type: Number, id: true, generated: true},
        countryCode: {type: String, nullable: false},
        slug: {type: String, index: {unique: true}},
        size: {type: Number, precision: 9, scale: 2, index: true},
        state: {type: String, jsonSchema: {enum: ['open', 'done', null]}},
        revision: {type: Number, version: true},
        tags: ['string'],
      },
      {
        memory: {collection: 'cities'},
        indexes: {
          by_both: {keys: {state: 1, slug: -1}, options: {unique: true}},
        },
        foreignKeys: {
          fk_country: {
            entity: 'Country',
            entityKey: 'code',
            foreignKey: 'countryCode',
            onDelete: 'CASCADE',
          },
        },
      },
    );
    db.define('Visit', {
      cityId: {type: Number, id: 1},
      day: {type: Date, id: 2},
    });
  });

  it('lists tables by name', async () => {
    assert.deepEqual(await db.discoverModelDefinitions(), [
      {type: 'table', name: 'Country', owner: 'memory'},
      {type: 'table', name: 'Visit', owner: 'memory'},
      {type: 'table', name: 'cities', owner: 'memory'},
    ]);
  });

  const pages: readonly [object, string[]][] = [
    [{limit: 2}, ['Country', 'Visit']],
    [{limit: '1', offset: '1'}, ['Visit']],
    [{skip: 2}, ['cities']],
    [{offset: 3}, []],
    [{limit: 0}, ['Country', 'Visit', 'cities']],
    [{all: true, views: true}, ['Country', 'Visit', 'cities']],
    [{schema: ''}, ['Country', 'Visit', 'cities']],
    [{owner: 'memory'}, ['Country', 'Visit', 'cities']],
    [{schema: 'other'}, []],
  ];
  for (const [options, names] of pages) {
    it(`lists ${names.join(', ') || 'none'} for ${JSON.stringify(options)}`, async () => {
      const found = await db.discoverModelDefinitions(options);
      assert.deepEqual(
        found.map(({name}) => name),
        names,
      );
    });
  }

  it('refuses a limit or an offset that is no count', async () => {
    for (const options of [{limit: -1}, {offset: 'x'}, {limit: 1.5}]) {
      await assert.rejects(db.discoverModelDefinitions(options), {
        code: 'INVALID_FILTER',
        message: /must be an integer that is not negative/,
      });
    }
  });

  it('tells the columns of a table', async () => {
    const columns = await db.discoverModelProperties('cities');
    const common = {owner: 'memory', tableName: 'cities'};
    const none = {dataLength: null, dataPrecision: null, dataScale: null};
    assert.deepEqual(columns.slice(0, 4), [
      {
        ...common,
        ...none,
        columnName: 'id',
        dataType: 'number',
        nullable: 'N',
        generated: true,
        type: 'Number',
      },
      {
        ...common,
        ...none,
        columnName: 'countryCode',
        dataType: 'string',
        nullable: 'N',
        generated: false,
        type: 'String',
      },
      {
        ...common,
        ...none,
        columnName: 'slug',
        dataType: 'string',
        nullable: 'Y',
        generated: false,
        type: 'String',
      },
      {
        ...common,
        columnName: 'size',
        dataType: 'number',
        dataLength: null,
        dataPrecision: 9,
        dataScale: 2,
        nullable: 'Y',
        generated: false,
        type: 'Number',
      },
    ]);
    const [, name] = await db.discoverModelProperties('Country');
    assert.equal(name.dataLength, 80);
  });

  it('does not take ids of texts for generated', async () => {
    const [code] = await db.discoverModelProperties('Country');
    assert.equal(code.generated, false);
  });

  it('tells the id, with the places of its columns', async () => {
    const common = {owner: 'memory', tableName: 'Visit', pkName: 'PRIMARY'};
    assert.deepEqual(await db.discoverPrimaryKeys('Visit'), [
      {...common, columnName: 'cityId', keySeq: 1},
      {...common, columnName: 'day', keySeq: 2},
    ]);
  });

  it('tells the columns of unique indexes', async () => {
    const common = {owner: 'memory', tableName: 'cities'};
    assert.deepEqual(await db.discoverUniqueKeys('cities'), [
      {...common, columnName: 'slug', keySeq: 1, indexName: 'slug_index'},
      {...common, columnName: 'state', keySeq: 1, indexName: 'by_both'},
      {...common, columnName: 'slug', keySeq: 2, indexName: 'by_both'},
    ]);
    assert.deepEqual(await db.discoverUniqueKeys('Country'), []);
  });

  const foreignKey = {
    fkOwner: 'memory',
    fkName: 'fk_country',
    fkTableName: 'cities',
    fkColumnName: 'countryCode',
    keySeq: 1,
    pkOwner: 'memory',
    pkName: 'PRIMARY',
    pkTableName: 'Country',
    pkColumnName: 'code',
    onDelete: 'CASCADE',
    onUpdate: 'NO ACTION',
  };

  it('tells foreign keys, from both of their ends', async () => {
    assert.deepEqual(await db.discoverForeignKeys('cities'), [foreignKey]);
    assert.deepEqual(await db.discoverForeignKeys('Country'), []);
    assert.deepEqual(await db.discoverExportedForeignKeys('Country'), [
      foreignKey,
    ]);
    assert.deepEqual(await db.discoverExportedForeignKeys('cities'), []);
  });

  it('has nothing to tell of a table that there is not', async () => {
    for (const method of [
      'discoverModelProperties',
      'discoverPrimaryKeys',
      'discoverUniqueKeys',
      'discoverForeignKeys',
      'discoverExportedForeignKeys',
    ] as const) {
      assert.deepEqual(await db[method]('citie', {}), [], method);
    }
  });

  it('makes no model of a table that there is not, in the words of LoopBack', async () => {
    for (const method of ['discoverSchema', 'discoverSchemas'] as const) {
      await assert.rejects(db[method]('citie', {}), {
        message: "Table 'citie' does not exist.",
      });
    }
    await assert.rejects(db.discoverSchema('Country', {schema: 'other'}), {
      message: "Table 'Country' does not exist.",
    });
  });

  it('refuses what is no name of a table', async () => {
    for (const name of [undefined, 7, {}, null]) {
      await assert.rejects(db.discoverPrimaryKeys(name as never), {
        code: 'UNKNOWN_MODEL',
      });
    }
  });

  it('makes a model of a table, as LoopBack does of any database', async () => {
    const model = await db.discoverSchema('cities');
    const {id, slug, tags} = model.properties;
    assert.equal(model.name, 'Cities');
    assert.deepEqual(model.options, {
      idInjection: false,
      memory: {schema: 'memory', table: 'cities'},
      indexes: {
        by_both: {keys: {state: 1, slug: -1}, options: {unique: true}},
      },
      foreignKeys: {
        fk_country: {
          name: 'fk_country',
          entity: 'Country',
          entityKey: 'code',
          foreignKey: 'countryCode',
          onDelete: 'CASCADE',
          onUpdate: 'NO ACTION',
        },
      },
    });
    assert.equal(id.id, 1);
    assert.equal(id.required, false);
    assert.deepEqual(slug, {
      type: 'String',
      required: false,
      jsonSchema: {nullable: true},
      length: null,
      precision: null,
      scale: null,
      generated: false,
      index: {unique: true},
      memory: {
        columnName: 'slug',
        dataType: 'string',
        dataLength: null,
        dataPrecision: null,
        dataScale: null,
        nullable: 'Y',
        generated: false,
      },
    });
    assert.deepEqual([tags.type, tags.itemType], ['array', 'string']);
  });

  it('tells of a property what LoopBack does not ask for', async () => {
    const {properties} = await db.discoverSchema('cities');
    const {revision, size, state} = properties;
    assert.deepEqual(state.jsonSchema, {
      nullable: true,
      enum: ['open', 'done', null],
    });
    assert.equal(revision.version, true);
    assert.equal(size.index, true);
  });

  for (const word of ['relations', 'associations']) {
    it(`follows foreign keys with ${word}`, async () => {
      const models = await db.discoverSchemas('cities', {[word]: true});
      assert.deepEqual(Object.keys(models), [
        'memory.cities',
        'memory.Country',
      ]);
      assert.deepEqual(models['memory.cities'].options.relations, {
        fkCountryRel: {
          model: 'Country',
          type: 'belongsTo',
          foreignKey: 'countryCode',
        },
      });
    });
  }

  it('goes on with what was visited, and completes it once', async () => {
    const visited: Record<string, any> = {};
    await db.discoverSchemas('Country', {visited});
    visited['memory.Country'].properties.name.jsonSchema = 'mine';
    const models = await db.discoverSchemas('cities', {
      relations: true,
      visited,
    });
    assert.equal(models, visited);
    assert.deepEqual(Object.keys(visited), ['memory.Country', 'memory.cities']);
    assert.equal(visited['memory.Country'].properties.name.jsonSchema, 'mine');
  });

  it('names models and properties with a nameMapper', async () => {
    const nameMapper = (type: string, name: string) => `${type}_${name}`;
    const model = await db.discoverSchema('cities', {nameMapper});
    assert.equal(model.name, 'table_cities');
    assert.deepEqual(model.properties.column_slug.index, {unique: true});
    assert.deepEqual(model.options.indexes.by_both.keys, {
      column_state: 1,
      column_slug: -1,
    });
    const plain = await db.discoverSchema('cities', {nameMapper: null});
    assert.equal(plain.name, 'cities');
  });

  it('answers callbacks, later and once, with the options left out too', async () => {
    const {connector} = db as unknown as {connector: any};
    for (const [method, ...names] of [
      ['discoverModelDefinitions'],
      ['discoverDatabaseSchemas'],
      ['discoverModelProperties', 'cities'],
      ['discoverSchemas', 'cities'],
    ]) {
      for (const options of [[], [{}], [undefined], [null]]) {
        let isLater = false;
        const found = await new Promise((resolve, reject) => {
          const callback = (error: Error | null, result: unknown) => {
            if (error || !isLater) reject(error ?? new Error('at once'));
            else resolve(result);
          };
          connector[method!](...names, ...options, callback);
          isLater = true;
        });
        assert.deepEqual(found, await connector[method!](...names));
      }
    }
  });

  it('tells the one schema that there is', async () => {
    const {connector} = db;
    assert.equal(connector.getDefaultSchema(), 'memory');
    assert.deepEqual(await connector.discoverDatabaseSchemas(), [
      {catalog: 'memory', schema: 'memory'},
    ]);
  });

  it('makes no models for a connector without a datasource', async () => {
    const connector = new InMemoryConnector({});
    await assert.rejects(async () => connector.discoverSchemas('M'), {
      code: 'NOT_CONNECTED',
    });
    assert.deepEqual(await connector.discoverModelDefinitions(), []);
  });

  it('sees what was declared and written since it was asked before', async () => {
    const own = discovering(makeDataSource());
    assert.deepEqual(await own.discoverModelDefinitions(), []);
    const M: Model = own.define('M', {n: Number});
    assert.equal((await own.discoverModelDefinitions()).length, 1);
    await M.create({n: 1});
    const dataTypes = async () =>
      (await own.discoverModelProperties('M')).map(({dataType}) => dataType);
    assert.deepEqual(await dataTypes(), ['integer', 'integer']);
    await M.create({n: 0.5});
    assert.deepEqual(await dataTypes(), ['number', 'integer']);
  });
});

describe('discovery of a file of which there are no models', () => {
  let files: Files;
  let db: DiscoveringDataSource;

  beforeEach(() => {
    files = new Files();
    files.write(builtInFile(world));
    db = discovering(files.make());
  });
  afterEach(() => files.remove());

  const built = (table: string, options: object): Promise<Model> =>
    new Promise((resolve, reject) =>
      db.discoverAndBuildModels(table, options, (error, models) =>
        error ? reject(error) : resolve(models),
      ),
    );

  it('opens the file, and lists what is in it', async () => {
    const found = await db.discoverModelDefinitions();
    assert.deepEqual(
      found.map(({name}) => name),
      ['City', 'Country'],
    );
  });

  it('infers types, ids, and what each row has', async () => {
    const columns = await db.discoverModelProperties('City');
    assert.deepEqual(
      columns.map(({columnName, dataType, nullable, type}) =>
        [columnName, dataType, type, nullable].join(' '),
      ),
      [
        'id integer Number N',
        'name string String N',
        'countryId integer Number Y',
        'population integer Number Y',
        'area number Number Y',
        'at point GeoPoint Y',
        'founded date Date Y',
        'names string[] array Y',
        'mayor object object Y',
      ],
    );
    assert.equal(columns[0].generated, true);
  });

  it('marks each thing that is guessed', async () => {
    const columns = await db.discoverModelProperties('Country');
    const guessed = columns.map(({columnName, memory}) => [
      columnName,
      ...memory.guessed,
    ]);
    assert.deepEqual(guessed, [
      ['id', 'id', 'type'],
      ['code', 'required', 'type', 'unique'],
      ['name', 'required', 'type'],
      ['landlocked', 'required', 'type'],
    ]);
    const {properties} = await db.discoverSchema('City');
    assert.deepEqual(properties.countryId.memory.guessed, [
      'foreignKey',
      'type',
    ]);
  });

  it('tells what is inside of objects', async () => {
    const {properties} = await db.discoverSchema('City');
    assert.deepEqual(properties.mayor.jsonSchema, {
      nullable: true,
      properties: {
        name: {type: 'string'},
        since: {type: 'string', format: 'date-time'},
      },
    });
  });

  it('builds models that read the file, and write what they have read', async () => {
    const {City, Country} = await built('City', {relations: true});
    const cities = await City.find({order: 'id', include: 'countryRel'});
    assert.deepEqual(
      cities.map((city: any) => city.toJSON().countryRel?.name),
      ['Japan', 'France', undefined],
    );
    assert.equal(cities[0].founded.getUTCFullYear(), 1457);
    const near = await City.findOne({where: {at: {near: '35,139'}}});
    assert.equal(near.name, 'Tokyo');
    await assert.rejects(
      Country.create({code: 'JP', name: 'Nippon', landlocked: false}),
      {
        code: 'DUPLICATE_KEY',
      },
    );
    assert.equal((await City.create({name: 'Lyon', countryId: 2})).id, 4);
  });

  it('lets properties keep the names of their columns where nobody could define them', async () => {
    files.write(
      builtInFile({
        T: [
          {id: 1, to_string: 'a', value_of: 1},
          {id: 2, to_string: 'b', value_of: 2},
        ],
      }),
    );
    const {T} = await built('T', {});
    assert.deepEqual(Object.keys(T.definition.properties), [
      'id',
      'to_string',
      'value_of',
    ]);
    assert.equal((await T.findById(2)).to_string, 'b');
  });

  for (const nameMapper of [undefined, null]) {
    it(`leaves columns to the rows that no property can stand for, with the nameMapper ${String(nameMapper)}`, async () => {
      const row = JSON.parse(
        '{"id": 1, "a": 2, "a.b": 1, "__proto__": {"x": 1}, "valueOf": 1}',
      );
      files.write(builtInFile({T: [row, {...row, id: 2}]}));
      const options = nameMapper === null ? {nameMapper} : {};
      const {T} = await built('T', options);
      assert.deepEqual(Object.keys(T.definition.properties), ['id', 'a']);
      assert.equal((await T.findById(1)).a, 2);
    });
  }

  it('names relations otherwise than properties', async () => {
    files.write(
      builtInFile({
        Country: [{code: 'JP'}, {code: 'FR'}],
        City: [
          {id: 1, country: 'JP'},
          {id: 2, country: 'FR'},
        ],
      }),
    );
    const options = {relations: true, nameMapper: null};
    const {City} = await built('City', options);
    assert.deepEqual(Object.keys(City.relations), ['countryRel']);
    const [city] = await City.find({include: ['countryRel']});
    assert.equal(city.toObject().countryRel.code, 'JP');
  });

  it('builds models of which nothing is warned', async () => {
    const warnings: string[] = [];
    const note = ({message}: Error) => void warnings.push(message);
    process.on('warning', note);
    await new Promise(built =>
      db.discoverAndBuildModels('City', {relations: true}, built),
    );
    await new Promise(setImmediate);
    process.off('warning', note);
    assert.deepEqual(warnings, []);
  });

  it('infers from what load has taken from a file of json-server', async () => {
    const posts = [
      {id: 1, title: 'a', published: '2024-01-01T00:00:00Z'},
      {id: 2, title: 'b', published: '2024-02-01T00:00:00Z'},
    ];
    const comments = [{id: 'c1', postId: 2}];
    files.write({posts, comments}, 'server.json');
    const words = ['load', files.at('loaded.json'), files.at('server.json')];
    assert.equal((await runHere(words, files.at(), '')).status, 0);
    const loaded = discovering(files.make({}, 'loaded.json'));
    const [key] = await loaded.discoverForeignKeys('comments');
    assert.deepEqual([key.fkName, key.pkTableName], ['post', 'posts']);
    const columns = await loaded.discoverModelProperties('posts');
    assert.deepEqual(
      columns.map(({dataType}) => dataType),
      ['integer', 'string', 'date'],
    );
  });

  it('leaves the file as it is', async () => {
    const text = files.text();
    await db.discoverSchemas('City', {relations: true});
    await db.disconnect();
    assert.equal(files.text(), text);
  });

  it('infers from the commits of a journal as well', async () => {
    const readOnly = discovering(files.make({readOnly: true}, 'copy.json'));
    const writer = await files.open({checkpoint: {idleMs: 60_000}});
    const M = writer.define('Country', {id: {type: Number, id: true}});
    await M.create({id: 6, population: 1.5});
    for (const suffix of ['', '.journal']) {
      files.copy(`db.json${suffix}`, `copy.json${suffix}`);
    }
    const columns = await readOnly.discoverModelProperties('Country');
    assert.deepEqual(
      columns.map(({columnName}) => columnName),
      ['id', 'code', 'name', 'landlocked', 'population'],
    );
    assert.equal(columns[1].nullable, 'Y');
  });

  it('refers from rows of the file to a table of a model', async () => {
    db.define('Country', {id: {type: Number, id: true}, name: String});
    const [key] = await db.discoverForeignKeys('City');
    assert.equal(key.pkTableName, 'Country');
    const [id] = await db.discoverModelProperties('Country');
    assert.equal(id.memory, undefined);
  });

  it('fails as connecting does', async () => {
    files.write('{"models": ');
    await assert.rejects(db.discoverModelDefinitions(), {code: 'DATA_DAMAGED'});
  });
});

describe('discovery of a file that keeps schemas', () => {
  let files: Files;

  beforeEach(async () => {
    files = new Files();
    await files.with(async db => {
      const {Country, City} = define(db);
      await Country.create({code: 'JP', name: 'Japan'});
      await City.create({countryCode: 'JP', state: 'open'});
    });
  });
  afterEach(() => files.remove());

  function define(db: TestDataSource): {Country: Model; City: Model} {
    const Country = db.define('Country', {
      code: {type: String, id: true, length: 2},
      name: {type: String, required: true},
    });
    const City = db.define(
      'City',
      {
        id: {type: Number, id: true, generated: true},
        countryCode: String,
        state: {type: String, jsonSchema: {enum: ['open', 'done']}},
        slug: {type: String, index: {unique: true}},
      },
      {
        foreignKeys: {
          fk_country: {
            entity: 'Country',
            entityKey: 'code',
            foreignKey: 'countryCode',
          },
        },
      },
    );
    return {Country, City};
  }

  /** All that is discovered of a table. */
  async function discovered(db: DiscoveringDataSource, table: string) {
    return {
      columns: await db.discoverModelProperties(table),
      primaryKeys: await db.discoverPrimaryKeys(table),
      uniqueKeys: await db.discoverUniqueKeys(table),
      foreignKeys: await db.discoverForeignKeys(table),
      schema: await db.discoverSchema(table),
    };
  }

  it('tells without models what models have declared, and guesses nothing', async () => {
    const without = discovering(files.make());
    const found = [
      await discovered(without, 'City'),
      await discovered(without, 'Country'),
    ];
    await without.disconnect();
    const db = discovering(files.make());
    define(db);
    assert.deepEqual(found, [
      await discovered(db, 'City'),
      await discovered(db, 'Country'),
    ]);
    assert.ok(!JSON.stringify(found).includes('guessed'));
    assert.equal(found[0]!.uniqueKeys[0].columnName, 'slug');
    assert.equal(found[0]!.foreignKeys[0].fkName, 'fk_country');
  });

  it('builds models for which the file is actual', async () => {
    const db = discovering(files.make());
    await new Promise<void>((resolve, reject) =>
      db.discoverAndBuildModels('City', {relations: true}, error =>
        error ? reject(error) : resolve(),
      ),
    );
    assert.deepEqual(db.connector.planMigration('City'), []);
  });
});
