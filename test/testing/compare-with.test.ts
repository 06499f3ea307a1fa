import assert from 'node:assert/strict';
import {
  DefaultCrudRepository,
  Entity,
  model,
  property,
} from '@loopback/repository';
import {DataSource} from 'loopback-datasource-juggler';
import {compareWith} from '../../testing';
import {makeDataSource, type Model} from '../support/connector/data-source';

const cityProperties = {id: {type: Number, id: true}, name: String, n: Number};

/** Defines a model, and two rows. */
async function twoCities(dataSource: any): Promise<Model> {
  const City = dataSource.define('City', cityProperties);
  await City.create({id: 1, name: 'Basel', n: 7});
  await City.create({id: 2, name: 'Bern'});
  return City;
}

@model()
class Town extends Entity {
  @property({type: 'number', id: true})
  id!: number;
  @property({type: 'string', index: {unique: true}})
  name!: string;
}

/** What PostgreSQL would answer, by emulation. */
function postgresql(): any {
  return makeDataSource({emulate: {database: 'postgresql', hazards: 'copy'}});
}

/** The built-in connector. */
function builtIn(): any {
  return new DataSource({connector: 'memory'});
}

describe('compareWith', () => {
  it('counts the statements, and finds no difference where all are equal', async () => {
    const comparison = await compareWith(
      makeDataSource(),
      makeDataSource(),
      async dataSource => {
        const City = await twoCities(dataSource);
        await City.find({where: {n: {gt: 1}}});
        await City.destroyAll();
      },
    );
    assert.deepEqual(comparison, {
      statements: 4,
      difference: undefined,
      text: '4 statements, all equal.',
    });
  });

  it('tells the first answers that differ, the rows before, and the rule', async () => {
    const {difference, text} = await compareWith(
      makeDataSource(),
      postgresql(),
      async dataSource => {
        const City = await twoCities(dataSource);
        await City.find({where: {n: {neq: 7}}});
        await City.count();
      },
    );
    assert.deepEqual(difference, {
      number: 3,
      statement: 'City.find({"where":{"n":{"neq":7}}})',
      model: 'City',
      rowsBefore: [
        {id: 1, name: 'Basel', n: 7},
        {id: 2, name: 'Bern'},
      ],
      answer: {value: [{id: 2, name: 'Bern', n: {'@': 'undefined'}}]},
      otherAnswer: {value: []},
      rule: difference!.rule,
    });
    assert.equal(difference.rule?.name, 'null.3vl');
    assert.match(text, /^Statement 3 is answered differently: City.find/);
    assert.match(text, /^ {2}rule: {2}null\.3vl: what compares with null/m);
  });

  it('compares errors by the shape that drivers give them', async () => {
    const {difference} = await compareWith(
      makeDataSource(),
      postgresql(),
      async dataSource => {
        const City = await twoCities(dataSource);
        await assert.rejects(City.create({id: 1}));
      },
    );
    assert.equal(difference!.rule!.name, 'err.shape');
    assert.deepEqual(difference!.otherAnswer, {
      error: {
        name: 'error',
        message: 'duplicate key value violates unique constraint "city_pkey"',
        code: '23505',
        severity: 'ERROR',
        detail: 'Key (id)=(1) already exists.',
        schema: 'public',
        table: 'city',
        constraint: 'city_pkey',
      },
    });
  });

  it('sees the statements of repositories of LoopBack 4', async () => {
    const {difference, statements} = await compareWith(
      makeDataSource() as any,
      builtIn(),
      async dataSource => {
        const towns = new DefaultCrudRepository(Town, dataSource);
        await towns.create({id: 1, name: 'Chur'});
        await towns.create({id: 2, name: 'Chur'}).catch(() => undefined);
      },
    );
    assert.equal(statements, 2);
    assert.match(JSON.stringify(difference!.answer), /DUPLICATE_KEY/);
    assert.match(JSON.stringify(difference!.otherAnswer), /"value"/);
  });

  it('sees transactions, and statements with callbacks', async () => {
    const {difference, statements} = await compareWith(
      makeDataSource(),
      postgresql(),
      async dataSource => {
        const City = await twoCities(dataSource);
        const transaction = await City.beginTransaction({});
        const inside = {transaction};
        await City.create({id: 1}, inside).catch(() => undefined);
        await new Promise(resolve => City.count({}, inside, resolve));
        await transaction.rollback();
      },
    );
    assert.equal(statements, 6);
    assert.equal(difference!.number, 4);
  });

  it('takes what the juggler calls itself for no statement', async () => {
    const {statements} = await compareWith(
      makeDataSource(),
      makeDataSource(),
      async dataSource => {
        const City = await twoCities(dataSource);
        await City.findOrCreate({where: {id: 3}}, {id: 3});
        const city = await City.findOne({where: {id: 3}});
        await city.updateAttributes({n: 5});
      },
    );
    assert.equal(statements, 5);
  });

  it('defines models that one of both has on the other one', async () => {
    const dataSource = makeDataSource() as any;
    const City = await twoCities(dataSource);
    await City.destroyAll();
    const {difference} = await compareWith(
      dataSource,
      makeDataSource() as any,
      ({models}) => models.City.create({id: 3, name: 'Chur'}),
    );
    assert.equal(difference, undefined);
  });

  it('takes uuids for equal that come in the same order', async () => {
    const {difference} = await compareWith(
      makeDataSource(),
      makeDataSource(),
      async dataSource => {
        const Key = dataSource.define('Key', {
          id: {type: String, id: true, defaultFn: 'uuid'},
        });
        const {id} = await Key.create({});
        await Key.findById(id);
      },
    );
    assert.equal(difference, undefined);
  });

  it('leaves out the properties that are to be ignored', async () => {
    let n = 0;
    const {difference} = await compareWith(
      makeDataSource(),
      makeDataSource(),
      dataSource =>
        dataSource.define('City', cityProperties).create({id: 1, n: n++}),
      {ignore: ['n']},
    );
    assert.equal(difference, undefined);
  });

  it('tells where one of both goes another way', async () => {
    const dataSource = makeDataSource();
    const {difference} = await compareWith(
      dataSource,
      makeDataSource(),
      async each => {
        const City = each.define('City', cityProperties);
        await City.count();
        if (each === dataSource) await City.find();
      },
    );
    assert.equal(difference!.statement, 'City.find()');
    assert.equal(difference!.otherAnswer, undefined);
  });

  it('watches no longer when it is done', async () => {
    const dataSource = makeDataSource() as any;
    const City = dataSource.define('City', cityProperties);
    const {find} = City;
    const {setupDataAccess} = dataSource;
    await compareWith(dataSource, makeDataSource() as any, ({models}) =>
      models.City.find(),
    );
    assert.equal(City.find, find);
    assert.equal(dataSource.setupDataAccess, setupDataAccess);
  });

  it('fails as the function does where that fails alike on both', async () => {
    const failing = async (dataSource: any) => {
      await twoCities(dataSource);
      throw new Error('The street is wet');
    };
    await assert.rejects(
      compareWith(makeDataSource(), makeDataSource(), failing),
      /^Error: The street is wet$/,
    );
  });

  it('refuses a function that makes no statement', async () => {
    await assert.rejects(
      compareWith(makeDataSource(), makeDataSource(), () => undefined),
      {code: 'INVALID_SETTING', message: /has seen no statement/},
    );
  });

  it('refuses what is no other datasource, and what is no function', async () => {
    const dataSource: any = makeDataSource();
    const count = (db: any) => db.define('City', cityProperties).count();
    const refused = (other: any, fn: any, message: RegExp) =>
      assert.rejects(compareWith(dataSource, other, fn), {
        code: 'INVALID_SETTING',
        message,
      });
    await refused(
      undefined,
      count,
      /other of .* must be a datasource, and not/,
    );
    await refused('db', count, /must be a datasource, and not "db"/);
    await refused(
      dataSource,
      count,
      /must be another datasource than the first/,
    );
    await refused(builtIn(), undefined, /fn of .* must be a function/);
  });

  it('refuses options that it does not have', async () => {
    for (const [options, message] of [
      [{ignor: ['id']}, /compareWith\(\) has no option "ignor".*mean ignore\?/],
      [{ignore: 'id'}, /ignore of .* must be a list of names .* not "id"/],
      [{ignore: [5]}, /ignore of .* must be a list of names .* not \[5\]/],
    ] as [any, RegExp][]) {
      await assert.rejects(
        compareWith(makeDataSource(), builtIn(), () => undefined, options),
        {code: 'INVALID_SETTING', message},
      );
    }
  });

  it('refuses a first datasource of another connector', async () => {
    await assert.rejects(
      compareWith(builtIn(), builtIn(), () => undefined),
      {code: 'INVALID_SETTING'},
    );
  });
});
