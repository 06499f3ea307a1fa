import assert from 'node:assert/strict';
import {setTimeout} from 'node:timers/promises';
import {
  assertStatements,
  compareWith,
  record,
  type RecordedStatement,
} from '../../../testing';
import {call, defineModel} from '../../support/connector/data-source';

const city = {
  id: {type: Number, id: true, generated: true},
  name: String,
  country: {type: String, index: true},
};

async function twoCities() {
  const {Model: City, connector, dataSource} = defineModel('City', city);
  await dataSource.connect();
  await City.create([
    {name: 'Basel', country: 'CH'},
    {name: 'Berlin', country: 'DE'},
  ]);
  return {City, connector, dataSource};
}

function methodsOf(statements: readonly RecordedStatement[]): string[] {
  return statements.map(({method, model}) => `${model}.${method}`);
}

describe('compareWith and record, one within the other', () => {
  it('see the same statements, each of them once', async () => {
    const {City, dataSource} = await twoCities();
    const {dataSource: other, Model: OtherCity} = defineModel('City', city);
    await OtherCity.create(await City.find());
    const ask = async (asked: any) => {
      await asked.models.City.findById(1);
      await asked.models.City.updateAll({id: 1}, {name: 'Basle'});
    };
    const {result, statements} = await record(dataSource, () =>
      compareWith(dataSource, other, ask),
    );
    assert.equal(result.statements, 2);
    assert.deepEqual(
      statements.map(each => each.call),
      ['City.findById', 'City.updateAll'],
    );
    let recorded: readonly RecordedStatement[] = [];
    const comparison = await compareWith(dataSource, other, async asked => {
      const seen = await record(asked, () => ask(asked));
      if (asked === dataSource) recorded = seen.statements;
    });
    assert.equal(comparison.statements, 2);
    assert.deepEqual(
      recorded.map(each => each.call),
      ['City.findById', 'City.updateAll'],
    );
    const {statements: later} = await record(dataSource, () => City.count());
    assert.equal(later.length, 1);
  });

  it('tell nothing any more when they have ended in another order', async () => {
    const {City, dataSource} = await twoCities();
    const {dataSource: other} = defineModel('City', city);
    const find = Object.getOwnPropertyDescriptor(City, 'find');
    let begin: () => void;
    const begun = new Promise<void>(resolve => {
      begin = resolve;
    });
    const comparing = compareWith(dataSource, other, async asked => {
      await asked.automigrate();
      await begun;
    });
    await setTimeout(5);
    const recording = record(dataSource, async () => {
      begin();
      await comparing;
      await City.count();
    });
    const {statements} = await recording;
    assert.equal(statements.length, 1);
    await City.count();
    assert.deepEqual(Object.getOwnPropertyDescriptor(City, 'find'), find);
  });
});

describe('record', () => {
  it('tells what was asked, how it was answered, and what came of it', async () => {
    const {City, dataSource} = await twoCities();
    const {result, statements} = await record(dataSource, () =>
      City.find({where: {country: 'CH'}, limit: 2}),
    );
    assert.equal((result as unknown[]).length, 1);
    const [only] = statements;
    assert.equal(statements.length, 1);
    assert.equal(only!.model, 'City');
    assert.equal(only!.method, 'all');
    assert.equal(only!.call, 'City.find');
    assert.deepEqual(only!.filter, {where: {country: 'CH'}, limit: 2});
    assert.equal(only!.plan!.accessPath, 'index');
    assert.match(only!.plan!.text, /^City: index country_index, keys "CH"/);
    assert.equal(only!.rowsExamined, 1);
    assert.equal(only!.rowsReturned, 1);
    assert.equal(only!.rowsAffected, undefined);
    assert.ok(only!.microseconds! > 0);
    assert.equal(only!.transaction, undefined);
    assert.equal(only!.error, undefined);
    assert.match(only!.from!, /^test[\\/]testing[\\/]sight[\\/]record\.test/);
  });

  it('explains a statement on the rows that there were before it', async () => {
    const {City, dataSource} = await twoCities();
    const {statements} = await record(dataSource, async () => {
      await City.updateAll({country: 'CH'}, {country: 'FR'});
      await City.deleteAll({country: 'FR'});
    });
    await City.deleteAll();
    assert.deepEqual(
      statements.map(each => [each.rowsExamined, each.rowsAffected]),
      [
        [1, 1],
        [1, 1],
      ],
    );
  });

  it('explains a statement of a transaction on what that sees', async () => {
    const {City, connector, dataSource} = await twoCities();
    const {statements} = await record(dataSource, async () => {
      const transaction = await City.beginTransaction('READ COMMITTED');
      await City.create({name: 'Bern', country: 'CH'}, {transaction});
      await City.find({where: {country: 'CH'}}, {transaction});
      await transaction.rollback();
    });
    assert.deepEqual(methodsOf(statements), [
      '.beginTransaction',
      'City.create',
      'City.all',
      '.rollback',
    ]);
    assert.equal(new Set(statements.map(each => each.transaction)).size, 1);
    assert.equal(typeof statements[0]!.transaction, 'number');
    assert.equal(statements[2]!.rowsExamined, 2);
    assert.equal(connector.statistics().openTransactions.length, 0);
  });

  it('knows how a count is answered without looking at rows', async () => {
    const {City, dataSource} = await twoCities();
    const {statements} = await record(dataSource, async () => {
      await City.count({country: 'CH'});
      await City.count({name: 'Basel'});
    });
    assert.deepEqual(
      statements.map(({rowsExamined}) => rowsExamined),
      [0, 2],
    );
  });

  it('tells what a statement failed with, a filter that is none among them', async () => {
    const {connector, dataSource} = await twoCities();
    const where = {name: {between: ['a']}};
    const {statements} = await record(dataSource, () =>
      assert.rejects(call(connector, 'all', 'City', {where})),
    );
    const [only] = statements;
    assert.equal(only!.error!.name, 'InMemoryError');
    assert.equal(only!.plan, undefined);
    assert.equal(only!.rowsReturned, undefined);
  });

  it('tells of what is written', async () => {
    const {City, dataSource} = await twoCities();
    const {statements} = await record(dataSource, () =>
      City.create({name: 'Bern'}),
    );
    assert.deepEqual(
      {...(statements[0]!.data as object)},
      {name: 'Bern', id: 3},
    );
    assert.equal(statements[0]!.filter, undefined);
    assert.equal(statements[0]!.plan, undefined);
  });

  it('knows the line after other things were waited for', async () => {
    const {City, dataSource} = await twoCities();
    const helper = async () => {
      await setTimeout(1);
      return City.count();
    };
    const {statements} = await record(dataSource, async () => {
      await setTimeout(1);
      return helper();
    });
    assert.match(statements[0]!.from!, /record\.test/);
  });

  it('may be used within itself, and leaves nothing behind', async () => {
    const {City, connector, dataSource} = await twoCities();
    const {find} = City;
    const outer = await record(dataSource, async () => {
      await City.count();
      const inner = await record(dataSource, () => City.find());
      assert.equal(inner.statements.length, 1);
      assert.match(inner.statements[0]!.from!, /record\.test/);
      await City.count();
    });
    assert.equal(outer.statements.length, 3);
    assert.ok(outer.statements.every(({from}) => /record\.test/.test(from!)));
    assert.equal(connector.hooks.areNone, true);
    assert.equal(City.find, find);
  });

  it('leaves callbacks as they are', async () => {
    const {City, dataSource} = await twoCities();
    await record(
      dataSource,
      () =>
        new Promise<void>((resolve, reject) => {
          const where = {name: 'Bern'};
          City.findOrCreate({where}, where, (...given: unknown[]) => {
            if (given[0]) reject(given[0]);
            assert.equal(given.length, 3);
            assert.equal(given[2], true);
            resolve();
          });
        }),
    );
  });

  it('ends where the function fails, and fails as that does', async () => {
    const {connector, dataSource} = await twoCities();
    await assert.rejects(
      record(dataSource, () => {
        throw new RangeError('out');
      }),
      {name: 'RangeError'},
    );
    assert.equal(connector.hooks.areNone, true);
  });
});

describe('assertStatements', () => {
  async function two() {
    const {City, dataSource} = await twoCities();
    const Country = dataSource.define('Country', {
      id: {type: String, id: true},
    });
    const run = async () => {
      await City.find();
      await Country.find();
      return 'done';
    };
    return {City, dataSource, run};
  }

  for (const expected of [
    2,
    {max: 2},
    {min: 1},
    {min: 2, max: 3},
    {City: 1, Country: 1},
  ]) {
    it(`is content where two ran and ${JSON.stringify(expected)} was expected`, async () => {
      const {dataSource, run} = await two();
      assert.equal(await assertStatements(dataSource, expected, run), 'done');
    });
  }

  for (const [expected, words] of [
    [1, '1'],
    [{max: 1}, 'at most 1'],
    [{min: 3}, 'at least 3'],
    [{min: 3, max: 4}, '3 to 4'],
    [{City: 1}, '{"City":1}'],
    [{City: 2, Country: 0}, '{"City":2,"Country":0}'],
  ] as const) {
    it(`fails where two ran and ${words} was expected, and shows them`, async () => {
      const {dataSource, run} = await two();
      await assert.rejects(
        assertStatements(dataSource, expected, run),
        ({message, name}: Error) => {
          assert.equal(name, 'AssertionError');
          const [first, , one, other] = message.split('\n');
          assert.equal(first, `2 statements ran, expected ${words}:`);
          assert.match(one!, /^ {2}1 {2}City\.find\(\{\}\) .*record\.test/);
          assert.match(other!, /^ {2}2 {2}Country\.find\(\{\}\) /);
          return true;
        },
      );
    });
  }

  it('does not count the begin and the end of a transaction', async () => {
    const {City, dataSource} = await two();
    await assertStatements(dataSource, 1, async () => {
      const transaction = await City.beginTransaction({});
      await City.count({}, {transaction});
      await transaction.commit();
    });
  });

  it('refuses an expectation that is none', async () => {
    const {dataSource, run} = await two();
    const none = [-1, {}, {max: 'two'}, {min: 3, max: 1}, undefined];
    for (const expected of none) {
      await assert.rejects(
        assertStatements(dataSource, expected as never, run),
        {
          code: 'INVALID_SETTING',
        },
      );
    }
  });

  it('refuses what is no function', async () => {
    const {dataSource} = await two();
    await assert.rejects(assertStatements(dataSource, 1, 5 as never), {
      code: 'INVALID_SETTING',
      message: /assertStatements\(\) wants a function to run, not 5/,
    });
  });
});
