import assert from 'node:assert/strict';
import {once} from 'node:events';
import {setImmediate} from 'node:timers/promises';
import {emulating, failureOf} from '../support/dialects/emulated';
import {makeDataSource} from '../support/connector/data-source';

const properties = {
  id: {type: Number, id: true, generated: true},
  name: {type: String, required: true, index: {unique: true}},
  inhabitants: Number,
};

async function withRows(emulate: unknown = 'postgresql') {
  const {Model, dataSource} = emulating(emulate, properties);
  await Model.create([
    {name: 'Kraków', inhabitants: 800_000},
    {name: 'Gdańsk', inhabitants: 480_000},
  ]);
  return {City: Model, dataSource};
}

/** Fails unless the setting is refused. */
function refuses(emulate: unknown, message: RegExp): void {
  assert.throws(() => makeDataSource({emulate}), {
    code: 'INVALID_SETTING',
    message,
  });
}

/** The messages of the warnings that a datasource of these settings comes with. */
async function warningsOf(settings: object): Promise<string[]> {
  const told: string[] = [];
  const listen = ({message}: Error) => told.push(message);
  process.on('warning', listen);
  makeDataSource(settings);
  await setImmediate();
  process.off('warning', listen);
  return told;
}

describe('With emulate', () => {
  it('a setting that names no database is refused', () => {
    for (const emulate of ['postgres', {collation: 'C'}, ['mysql'], 5]) {
      refuses(
        emulate,
        /The setting emulate cannot be .*'postgresql', 'mysql'.*, or \{database/,
      );
    }
  });

  it('a member that cannot be is refused by its name', () => {
    const database = 'postgresql';
    refuses(
      {database: 'oracle'},
      /emulate: \{database\} cannot be "oracle"; it must be .* or 'mongodb'\.$/,
    );
    refuses(
      {database, hazards: 'ignore'},
      /emulate: \{hazards\} cannot be "ignore"; it must be 'error' or 'copy'\.$/,
    );
    refuses(
      {database, migrations: true},
      /emulate: \{migrations\} cannot be true; it must be 'automatic' or/,
    );
    refuses(
      {database, hazard: 'copy'},
      /no setting emulate: \{hazard\}; .*migrations\. Did you mean hazards\?$/,
    );
  });

  it('a collation that the database does not have here is refused', () => {
    refuses(
      {database: 'postgresql', collation: 'de_DE.UTF-8'},
      /\{collation\} cannot be "de_DE.UTF-8": .* must be 'en_US.UTF-8' or 'C'\./,
    );
    refuses(
      {database: 'mariadb', collation: 'C'},
      /"C": with the database mariadb it must be 'utf8mb4_general_ci', /,
    );
    for (const database of ['sqlite', 'mongodb']) {
      refuses(
        {database, collation: 'C'},
        /there is one order of texts\. Leave it out\./,
      );
    }
  });

  it('a collation has all names that the database has for it', async () => {
    const orderBy = async (collation: string) => {
      const {City} = await withRows({database: 'postgresql', collation});
      await City.create({name: 'a'});
      const rows = await City.find({order: ['name ASC']});
      return rows.map(({name}: {name: string}) => name);
    };
    for (const collation of ['C', 'C.UTF-8', 'C.utf8', 'POSIX']) {
      assert.deepEqual(await orderBy(collation), ['Gdańsk', 'Kraków', 'a']);
    }
    for (const collation of ['en_US.UTF-8', 'en_US.utf8']) {
      assert.deepEqual(await orderBy(collation), ['a', 'Gdańsk', 'Kraków']);
    }
  });

  it('generated ids are those of the database, whatever defaultIdType says', async () => {
    const City = makeDataSource({
      emulate: 'postgresql',
      defaultIdType: 'string',
    }).define('City', properties);
    assert.equal((await City.create({name: 'Oslo'})).id, 1);
  });

  it('is told what does nothing with the database', async () => {
    const emulate = 'postgresql';
    assert.deepEqual(
      await warningsOf({emulate, connectionLimit: 5, typeChecks: 'strict'}),
      [
        'The setting typeChecks of loopback-connector-inmemory does nothing ' +
          'with emulate: that is as in the database.',
        'The setting connectionLimit of loopback-connector-inmemory does ' +
          'nothing with the database postgresql; max does.',
      ],
    );
    assert.deepEqual(await warningsOf({emulate: 'sqlite', max: 5}), [
      'The setting max of loopback-connector-inmemory does nothing with the ' +
        'database sqlite.',
    ]);
  });

  it('the connector has the name and the types of the other', () => {
    const {connector} = makeDataSource({emulate: 'postgresql'});
    assert.equal(connector.name, 'postgresql');
    assert.deepEqual(connector.getTypes(), ['db', 'rdbms', 'sql']);
  });

  it('an error has ours as its cause, which cannot be enumerated', async () => {
    const {City} = await withRows();
    const error = await failureOf(City.create({name: 'Kraków'}));
    assert.equal(error['code'], '23505');
    assert.equal((error['cause'] as {code: string}).code, 'DUPLICATE_KEY');
    assert.ok(!Object.keys(error).includes('cause'));
    assert.ok(!('statusCode' in error));
  });

  it('is told where migrations cannot be required', async () => {
    const warned = once(process, 'warning');
    makeDataSource({
      emulate: {database: 'mongodb', migrations: 'required'},
    });
    const [{code, message}] = (await warned) as [Error & {code: string}];
    assert.equal(code, 'INMEMORY_UNUSED_SETTING');
    assert.match(message, /does nothing with the database mongodb: tables/);
  });

  for (const emulate of ['sqlite', 'mongodb']) {
    it(`commands of the database are not run, with '${emulate}'`, async () => {
      const dataSource = makeDataSource({emulate}) as unknown as {
        execute(...command: unknown[]): Promise<unknown>;
      };
      await assert.rejects(dataSource.execute('City', 'find', {}), {
        code: 'NOT_EMULATED',
        message:
          /: execute\("City"\) is not emulated\. Use the methods of models/,
      });
    });
  }

  it('datasources of one store have the same dialect', () => {
    makeDataSource({store: 'emulated', emulate: 'postgresql'});
    makeDataSource({store: 'emulated', emulate: 'postgresql'});
    assert.throws(() => makeDataSource({store: 'emulated'}), {
      code: 'INVALID_SETTING',
      message: /The store "emulated" is used .* with the dialect postgresql/,
    });
  });
});

describe("With hazards: 'error'", () => {
  const hazards: Record<string, (City: any) => Promise<unknown>> = {
    'a delete of all rows by an unknown property': City =>
      City.destroyAll({tpyo: 1}),
    'an update of all rows by an unknown property': City =>
      City.updateAll({tpyo: 1}, {inhabitants: 0}),
    'a count of all rows by an unknown property': City => City.count({tpyo: 1}),
    'an unknown property within or': City =>
      City.find({where: {or: [{tpyo: 1}, {name: 'Kraków'}]}}),
    'an empty or': City => City.find({where: {or: []}}),
    'a second operator': City =>
      City.find({where: {inhabitants: {gt: 0, lt: 500_000}}}),
    'a second operator within and': City =>
      City.find({where: {and: [{inhabitants: {gt: 0, lt: 500_000}}]}}),
  };
  for (const [what, run] of Object.entries(hazards)) {
    it(`${what} is refused, and changes nothing`, async () => {
      const {City} = await withRows();
      await assert.rejects(run(City), {
        code: 'EMULATION_HAZARD',
        statusCode: 500,
        message: /or do as production does by emulate: \{hazards: 'copy'\}\.$/,
      });
      const rows = await City.find({order: 'id'});
      assert.deepEqual(
        rows.map((row: any) => [row.name, row.inhabitants]),
        [
          ['Kraków', 800_000],
          ['Gdańsk', 480_000],
        ],
      );
    });
  }

  it('the message names the operator that LoopBack keeps, not the first one', async () => {
    const {City} = await withRows();
    const where = {inhabitants: {lt: 500_000, gt: 0}};
    await assert.rejects(City.find({where}), {
      message:
        /^LoopBack reads one operator of inhabitants, "gt", and leaves out "lt"\./,
    });
  });

  it('the commit of a transaction in which a statement failed is refused, and it is rolled back', async () => {
    const {City} = await withRows();
    const transaction = await City.beginTransaction({});
    await City.create({name: 'Łódź'}, {transaction});
    await failureOf(City.create({name: 'Kraków'}, {transaction}));
    await assert.rejects(transaction.commit(), {
      code: 'EMULATION_HAZARD',
      message: /^commit\(\) rolls the transaction back, .*Duplicate entry/,
    });
    assert.equal(await City.count(), 2);
  });

  it('a write by the first of two ids is refused where it is of several rows', async () => {
    const {Model} = emulating('postgresql', {
      country: {type: String, id: 1},
      code: {type: String, id: 2},
      name: String,
    });
    await Model.create({country: 'PL', code: 'KRK', name: 'Kraków'});
    const one = await Model.create({
      country: 'PL',
      code: 'GDN',
      name: 'Gdańsk',
    });
    one.name = 'Danzig';
    await assert.rejects(one.save(), {
      code: 'EMULATION_HAZARD',
      message: /goes by country alone, the first id of City: save is of 2 rows/,
    });
  });
});

describe("With hazards: 'copy'", () => {
  const copy = {database: 'postgresql', hazards: 'copy'};

  it('an unknown property is no condition', async () => {
    const {City} = await withRows(copy);
    assert.deepEqual(await City.destroyAll({tpyo: 1}), {count: 2});
    assert.equal(await City.count(), 0);
  });

  it('the first operator counts', async () => {
    const {City} = await withRows(copy);
    const rows = await City.find({where: {inhabitants: {gt: 0, lt: 500_000}}});
    assert.equal(rows.length, 2);
  });

  it('an empty or is no condition', async () => {
    const {City} = await withRows(copy);
    assert.equal(await City.count({or: []}), 2);
    assert.equal(await City.count({or: [{}, {name: 'Kraków'}]}), 1);
  });

  it('the commit of a transaction in which a statement failed resolves, and nothing is kept', async () => {
    const {City} = await withRows(copy);
    const transaction = await City.beginTransaction({});
    await City.create({name: 'Łódź'}, {transaction});
    const failure = await failureOf(
      City.create({name: 'Kraków'}, {transaction}),
    );
    assert.equal(failure['code'], '23505');
    const next = await failureOf(City.count({}, {transaction}));
    assert.equal(next['code'], '25P02');
    assert.equal(await transaction.commit(), undefined);
    assert.equal(await City.count(), 2);
  });
});
