import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {faults} from '../../testing';
import {makeDataSource} from '../support/connector/data-source';
import {warnings} from '../support/connector/warnings';
import {tryOftenAsync} from '../support/random';

const properties = {
  id: {type: Number, id: true, generated: true},
  name: {type: String, index: {unique: true}},
  age: Number,
};

function people(settings: object = {}) {
  const dataSource = makeDataSource(settings);
  const Person = dataSource.define('Person', properties);
  return {Person, dataSource, faulty: faults(dataSource)};
}

describe('A fault', () => {
  it('has the statements fail that it is meant for, so often, and no others', async () => {
    const {Person, faulty} = people();
    const fault = faulty.fail({
      on: 'create',
      model: 'Person',
      after: 1,
      times: 2,
      error: 'DEADLOCK',
    });
    await Person.create({name: 'a'});
    for (const name of ['b', 'c']) {
      await assert.rejects(Person.create({name}), {code: 'DEADLOCK'});
      await Person.find();
    }
    await Person.create({name: 'd'});
    assert.equal(fault.hits, 2);
    assert.equal(await Person.count(), 2);
  });

  it('is of each operation that there is', async () => {
    const {Person, dataSource, faulty} = people();
    const person = await Person.create({name: 'a'});
    const calls: Record<string, () => Promise<unknown>> = {
      create: () => Person.createAll([{name: 'x'}]),
      find: () => Person.findById(1),
      count: () => Person.count(),
      update: () => person.updateAttributes({age: 1}),
      replace: () => Person.replaceById(1, {name: 'a'}),
      upsert: () => Person.upsertWithWhere({id: 1}, {name: 'a'}),
      delete: () => Person.destroyAll({name: 'y'}),
      begin: () => Person.beginTransaction({}),
    };
    for (const [on, call] of Object.entries(calls)) {
      faulty.fail({on: on as 'create', error: 'STATEMENT_TIMEOUT'});
      await assert.rejects(call(), {code: 'STATEMENT_TIMEOUT'}, on);
      await call();
    }
    assert.deepEqual(dataSource.connector.database.verify(), []);
  });

  it('tells what it is in its message', async () => {
    const {Person, faulty} = people();
    faulty.fail({on: 'create', error: 'LOCK_TIMEOUT'});
    await assert.rejects(Person.create({name: 'a'}), {
      message:
        /^Person\.create fails: a fault that faults\(\) was told to make \(another transaction keeps a row/,
      statusCode: 409,
      details: {table: 'Person'},
    });
  });

  it('has the shape of the errors of the database that is emulated', async () => {
    const postgresql = people({emulate: 'postgresql'});
    postgresql.faulty.fail({on: 'create', error: 'DUPLICATE_KEY'});
    await assert.rejects(postgresql.Person.create({name: 'a'}), {
      name: 'error',
      code: '23505',
      constraint: 'person_name_idx',
      detail: 'Key (name)=(a) already exists.',
      severity: 'ERROR',
    });
    postgresql.faulty.fail({on: 'find', error: '40P01'});
    await assert.rejects(postgresql.Person.find(), {
      code: '40P01',
      message: 'deadlock detected',
    });
    const mariadb = people({emulate: 'mariadb'});
    mariadb.faulty.fail({on: 'update', error: 'DEADLOCK'});
    await assert.rejects(mariadb.Person.updateAll({}, {age: 1}), {
      code: 'ER_LOCK_DEADLOCK',
      errno: 1213,
    });
  });

  it('leaves a transaction as such an error does', async () => {
    const {Person, faulty} = people();
    const transaction = await Person.beginTransaction({});
    await Person.create({name: 'a'}, {transaction});
    faulty.fail({on: 'write', error: 'NOT_NULL_VIOLATION'});
    const refused = Person.create({name: 'b'}, {transaction});
    await assert.rejects(refused, {code: 'NOT_NULL_VIOLATION'});
    await Person.create({name: 'c'}, {transaction});
    faulty.fail({on: 'read', error: 'DEADLOCK'});
    await assert.rejects(Person.find({}, {transaction}), {code: 'DEADLOCK'});
    await assert.rejects(Person.find({}, {transaction}), {
      code: 'TRANSACTION_ABORTED',
    });
    await transaction.rollback();
    assert.equal(await Person.count(), 0);
  });

  it('of a commit rolls back', async () => {
    const {Person, dataSource, faulty} = people();
    faulty.fail({on: 'commit', error: 'SERIALIZATION_FAILURE'});
    const transaction = await Person.beginTransaction({});
    await Person.create({name: 'a'}, {transaction});
    await assert.rejects(transaction.commit(), {code: 'SERIALIZATION_FAILURE'});
    assert.equal(await Person.count(), 0);
    assert.deepEqual(dataSource.connector.statistics().openTransactions, []);
  });

  it('of the network is as Node makes it, and ends the transaction', async () => {
    const {Person, faulty} = people();
    const transaction = await Person.beginTransaction({});
    await Person.create({name: 'a'}, {transaction});
    faulty.fail({on: 'find', error: 'ECONNRESET'});
    await assert.rejects(Person.find({}, {transaction}), {
      message: 'read ECONNRESET',
      code: 'ECONNRESET',
      syscall: 'read',
      errno: -104,
    });
    await assert.rejects(Person.find({}, {transaction}), {
      code: 'TRANSACTION_ENDED',
    });
    assert.equal(await Person.count(), 0);
  });

  it('can be an error, or a function that makes one', async () => {
    const {Person, faulty} = people();
    const error = new Error('disk on fire');
    faulty.fail({error});
    await assert.rejects(Person.find(), thrown => thrown === error);
    faulty.fail({error: ({method, model}) => new Error(`${model} ${method}`)});
    await assert.rejects(Person.find(), {message: 'Person all'});
  });

  it('ends when it is removed, and all end when they are cleared', async () => {
    const {Person, faulty} = people();
    const fault = faulty.fail({times: Infinity, error: 'LOCK_TIMEOUT'});
    await assert.rejects(Person.find());
    fault.remove();
    await Person.find();
    faulty.fail({times: Infinity, error: 'LOCK_TIMEOUT'});
    faulty.latency({maxMs: 1000, minMs: 1000});
    faulty.disconnect();
    faulty.clear();
    assert.deepEqual(await Person.find(), []);
  });

  it('meets no other datasource of the same store', async () => {
    const {faulty} = people({store: 'faulty'});
    faulty.fail({times: Infinity, error: 'LOCK_TIMEOUT'});
    const other = makeDataSource({store: 'faulty'});
    assert.deepEqual(await other.define('Person', properties).find(), []);
  });
});

describe('A rate of faults', () => {
  async function failures(seed: number): Promise<number[]> {
    const {Person, faulty} = people();
    faulty.rate(0.2, {seed, error: 'LOCK_TIMEOUT'});
    const failed: number[] = [];
    for (let i = 0; i < 200; i++) {
      await Person.count().catch(() => void failed.push(i));
    }
    return failed;
  }

  it('has about that part of the statements fail, the same for the same seed', async () => {
    const failed = await failures(7);
    assert.ok(failed.length > 20 && failed.length < 60, `${failed.length}`);
    assert.deepEqual(await failures(7), failed);
    assert.notDeepEqual(await failures(8), failed);
  });
});

describe('A latency', () => {
  it('holds statements back, and does not mix up their results', async () => {
    const {Person, faulty} = people();
    await Person.create([{name: 'a'}, {name: 'b'}]);
    const latency = faulty.latency({maxMs: 20, seed: 3});
    const found = await Promise.all([
      Person.findById(2),
      Person.findById(1),
      Person.count(),
    ]);
    assert.deepEqual(
      found.map(each => each?.name ?? each),
      ['b', 'a', 2],
    );
    assert.equal(latency.hits, 3);
  });

  it('lasts at least as long as it was told to', async () => {
    const {Person, faulty} = people();
    faulty.latency({minMs: 30, maxMs: 40});
    const begun = performance.now();
    await Person.count();
    assert.ok(performance.now() - begun >= 29);
  });

  it('counts for the time that a statement may take, which ends when that is over', async () => {
    const {Person, faulty} = people({statementTimeoutMs: 20});
    faulty.latency({minMs: 300_000, maxMs: 300_000, on: 'any'}).remove();
    const far = faulty.latency({minMs: 300_000, maxMs: 300_000, on: 'read'});
    const timeout = {
      code: 'STATEMENT_TIMEOUT',
      message: /ended after 20 ms \(statementTimeoutMs\)/,
    };
    await assert.rejects(Person.find(), timeout);
    await assert.rejects(Person.find({}, {statementTimeoutMs: 30}), {
      message: /ended after 30 ms/,
    });
    far.remove();
    faulty.latency({minMs: 30, maxMs: 40, on: 'any'});
    await assert.rejects(Person.create({name: 'a'}), timeout);
    await Person.create({name: 'b'}, {statementTimeoutMs: 0});
    const transaction = await Person.beginTransaction({});
    await transaction.commit();
    faulty.clear();
    assert.deepEqual(
      (await Person.find()).map(({name}: {name: string}) => name),
      ['b'],
    );
  });

  it('leaves a statement the rest of its time', async () => {
    const {Person, faulty} = people({statementTimeoutMs: 1_000});
    // Neither of them takes all of it, but both do.
    faulty.latency({minMs: 600, maxMs: 601, on: 'create'});
    faulty.latency({minMs: 600, maxMs: 601, on: 'create'});
    await assert.rejects(Person.create({name: 'a'}), {
      code: 'STATEMENT_TIMEOUT',
    });
    assert.equal(await Person.count(), 0);
  });

  it('fails as the database that is emulated does where it is too long', async () => {
    const {Person, faulty} = people({
      emulate: 'postgresql',
      statementTimeoutMs: 10,
    });
    faulty.latency({minMs: 20, maxMs: 30, on: 'find'});
    const transaction = await Person.beginTransaction({});
    const refused = Person.find({}, {transaction});
    await assert.rejects(refused, {code: '57014'});
    await assert.rejects(Person.count({}, {transaction}), {code: '25P02'});
    await transaction.rollback();
  });
});

describe('A fault of a model that there is not', () => {
  it('is warned of where one of a near name is asked', async () => {
    const {Person, faulty} = people();
    const fault = faulty.fail({model: 'Persno', error: 'DEADLOCK'});
    const told = await warnings(async () => {
      await Person.count();
      await Person.count();
      fault.remove();
    });
    assert.deepEqual(told, [
      'a fault is meant for the model "Persno", which its datasource has not got, so no ' +
        'statement is one of its. Did you mean "Person"?',
    ]);
  });

  it('is warned of at its end', async () => {
    const {Person, faulty} = people();
    faulty.latency({model: 'Quux', maxMs: 1});
    const told = await warnings(async () => {
      await Person.count();
      faulty.clear();
      faulty.clear();
    });
    assert.equal(told.length, 1);
    assert.match(told[0]!, /model "Quux", .* so no statement is one of its\.$/);
  });

  it('is none where it is defined later', async () => {
    const {dataSource, faulty} = people();
    const fault = faulty.fail({model: 'Persons', error: 'DEADLOCK'});
    faulty.fail({model: 'Place', error: 'DEADLOCK', after: 5});
    const told = await warnings(async () => {
      const Persons = dataSource.define('Persons', properties);
      dataSource.define('Place', properties);
      await assert.rejects(Persons.find(), {code: 'DEADLOCK'});
      faulty.clear();
    });
    assert.equal(fault.hits, 1);
    assert.deepEqual(told, []);
  });
});

describe('A connection that is lost', () => {
  it('has everything fail until it is there again', async () => {
    const {Person, faulty} = people();
    await Person.create({name: 'a'});
    faulty.disconnect();
    faulty.disconnect();
    const refused = {code: 'ECONNREFUSED', syscall: 'connect'};
    await assert.rejects(Person.find(), refused);
    await assert.rejects(Person.beginTransaction({}), refused);
    faulty.reconnect();
    assert.equal((await Person.find()).length, 1);
  });
});

describe('Faults', () => {
  it('leave a store that is sound, whatever fails', async () => {
    const step = fc.record({
      on: fc.constantFrom('create', 'update', 'delete', 'commit', 'find'),
      error: fc.constantFrom('DEADLOCK', 'ECONNRESET', 'DUPLICATE_KEY'),
      inTransaction: fc.boolean(),
      after: fc.nat({max: 3}),
    });
    await tryOftenAsync(
      fc.asyncProperty(fc.array(step, {maxLength: 12}), async steps => {
        const {Person, dataSource, faulty} = people();
        const written = new Set<string>();
        for (const [i, {inTransaction, ...fault}] of steps.entries()) {
          faulty.fail(fault);
          const transaction = inTransaction
            ? await Person.beginTransaction({})
            : undefined;
          const options = {transaction};
          const name = `p${i}`;
          try {
            await Person.create({name}, options);
            await Person.updateAll({name}, {age: i}, options);
            await transaction?.commit();
            written.add(name);
          } catch {
            await transaction?.rollback().catch(() => undefined);
            const isThere = await Person.count({name}).catch(() => undefined);
            // Alone, the first of both statements may have been done.
            if (isThere === 1 && !inTransaction) written.add(name);
          }
        }
        faulty.clear();
        assert.deepEqual(dataSource.connector.database.verify(), []);
        const rows = await Person.find();
        const names = rows.map((row: {name: string}) => row.name);
        for (const name of names) {
          if (!written.has(name)) written.add(`not expected: ${name}`);
        }
        const missing = [...written].filter(name => !names.includes(name));
        assert.deepEqual(missing, []);
        assert.deepEqual(
          dataSource.connector.statistics().openTransactions,
          [],
        );
      }),
    );
  });

  it('are refused where NODE_ENV is production', () => {
    const before = process.env['NODE_ENV'];
    process.env['NODE_ENV'] = 'production';
    try {
      assert.throws(() => people(), {
        code: 'INVALID_SETTING',
        message: /NODE_ENV is production/,
      });
    } finally {
      if (before === undefined) delete process.env['NODE_ENV'];
      else process.env['NODE_ENV'] = before;
    }
  });

  it('say what they take where they are given something else', () => {
    const {faulty} = people();
    const cases: [() => unknown, RegExp][] = [
      [
        () => faulty.fail({error: 'DEADLOK'}),
        /cannot have the error "DEADLOK"\. Did you mean DEADLOCK\?/,
      ],
      [
        () => faulty.fail({on: 'craete' as never, error: 'DEADLOCK'}),
        /on of a fault cannot be "craete"; it must be one of create, .*did you mean 'create'/,
      ],
      [
        () => faulty.fail({modle: 'Person', error: 'DEADLOCK'} as never),
        /has no option "modle"; there are on, model/,
      ],
      [
        () => faulty.fail({times: 0, error: 'DEADLOCK'}),
        /times of a fault cannot be 0; it must be a whole number from 1 on, or Infinity/,
      ],
      [() => faulty.rate(2), /part of a fault cannot be 2/],
      [() => faulty.rate('0.1' as never), /part of a fault cannot be "0.1"/],
      [() => faulty.fail(undefined as never), /is said by an object/],
      [
        () => faulty.latency({minMs: 5, maxMs: 1}),
        /maxMs of a fault cannot be 1/,
      ],
      [() => faulty.fail({} as never), /cannot have the error undefined/],
    ];
    for (const [run, message] of cases) {
      assert.throws(run, {code: 'INVALID_SETTING', message});
    }
  });
});

describe('The function that makes the error of a fault', () => {
  it('may throw it, and the transaction is over where that is a commit', async () => {
    const {Person, dataSource, faulty} = people();
    const transaction = await Person.beginTransaction({});
    const error = () => {
      throw new Error('thrown');
    };
    faulty.fail({on: 'commit', error});
    await assert.rejects(transaction.commit(), {message: 'thrown'});
    assert.deepEqual(dataSource.connector.statistics().openTransactions, []);
    faulty.fail({on: 'create', error});
    await assert.rejects(Person.create({name: 'a'}), {message: 'thrown'});
  });

  for (const made of [undefined, null, 'text', {code: 'X'}]) {
    it(`is told that it has made no error: ${JSON.stringify(made)}`, async () => {
      const {Person, faulty} = people();
      faulty.fail({on: 'create', error: (() => made) as never});
      await assert.rejects(Person.create({name: 'a'}), {
        code: 'INVALID_SETTING',
        message: /must return an Error, and has made/,
      });
      assert.equal(await Person.count(), 0);
    });
  }
});

describe('A fault that cannot be', () => {
  const {faulty} = people();
  const wrong: [string, (fault: any) => unknown][] = [
    ['without options', fault => fault.fail()],
    ['with options that are null', fault => fault.rate(0.5, null)],
    ['of no delay', fault => fault.latency()],
    ['after half a statement', f => f.fail({error: 'DEADLOCK', after: 0.5})],
    ['one and a half times', f => f.fail({error: 'DEADLOCK', times: 1.5})],
    ['on nothing', fault => fault.fail({error: 'DEADLOCK', on: []})],
    ['at a rate that is a text', fault => fault.rate('0.5')],
    ['at a rate that is null', fault => fault.rate(null)],
  ];
  for (const [what, make] of wrong) {
    it(`is refused ${what}`, () => {
      assert.throws(() => make(faulty), {code: 'INVALID_SETTING'});
    });
  }
});
