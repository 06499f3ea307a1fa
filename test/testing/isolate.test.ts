import assert from 'node:assert/strict';
import {isolate, reset, seed, withRollback} from '../../testing';
import {makeDataSource} from '../support/connector/data-source';

const dataSource = makeDataSource();
const City = dataSource.define('City', {
  id: {type: Number, id: true, generated: true},
  name: String,
});

async function names(): Promise<string[]> {
  const rows = await City.find({order: 'id'});
  return rows.map(({name}: {name: string}) => name);
}

describe('isolate', () => {
  describe('in a suite', () => {
    let seeds = 0;
    isolate(dataSource, {
      seed: async () => {
        seeds++;
        await City.create({name: 'Bern'});
      },
    });

    for (const nth of ['first', 'second']) {
      it(`lets the ${nth} test begin with what was seeded once`, async () => {
        assert.deepEqual(await names(), ['Bern']);
        assert.equal(seeds, 1);
        assert.equal((await City.create({name: nth})).id, 2);
        await City.destroyById(1);
      });
    }

    describe('within another one', () => {
      isolate(dataSource, {seed: () => City.create({name: 'Chur'})});

      for (const nth of ['first', 'second']) {
        it(`adds to what that one was seeded with, for the ${nth} test`, async () => {
          assert.deepEqual(await names(), ['Bern', 'Chur']);
          await City.destroyAll();
        });
      }
    });

    describe('behind that one', () => {
      it('leaves nothing of it', async () => {
        assert.deepEqual(await names(), ['Bern']);
      });
    });
  });

  describe('after a suite', () => {
    it('leaves nothing behind', async () => {
      assert.deepEqual(await names(), []);
    });
  });

  it('refuses options that there are not', () => {
    assert.throws(() => isolate(dataSource, {sede: 1} as never), {
      code: 'INVALID_SETTING',
      message: /isolate\(\) has no option "sede".*did you mean seed\?/,
    });
  });

  it('says what it looks for where it is called without hooks', () => {
    assert.throws(() => isolate(dataSource, {hooks: {beforeEach}}), {
      code: 'INVALID_SETTING',
      message: /finds no before\(\) or beforeAll\(\) in beforeEach/,
    });
  });
});

describe('withRollback', () => {
  it('gives the result, and takes back what was committed', async () => {
    const found = await withRollback(dataSource, async () => {
      await City.create({name: 'Bern'});
      return names();
    });
    assert.deepEqual(found, ['Bern']);
    assert.deepEqual(await names(), []);
  });

  it('fails as the function does, and takes back what it did', async () => {
    const failing = withRollback(dataSource, async () => {
      await City.create({name: 'Bern'});
      throw new Error('no');
    });
    await assert.rejects(failing, {message: 'no'});
    assert.deepEqual(await names(), []);
  });

  it('refuses what is no function', async () => {
    await assert.rejects(withRollback(dataSource, undefined as never), {
      code: 'INVALID_SETTING',
      message: /withRollback\(\) wants a function to run, not undefined/,
    });
  });
});

/** The hooks of a runner that runs when it is told to. */
function hooksByHand() {
  const noted: Record<string, () => Promise<void>> = {};
  const noting = (name: string) => (run: () => Promise<void>) => {
    noted[name] = run;
  };
  const hooks = {
    before: noting('before'),
    beforeEach: noting('beforeEach'),
    after: noting('after'),
  };
  return {hooks, run: (name: string) => noted[name]!()};
}

function someCities() {
  const db = makeDataSource();
  const Place = db.define('Place', {
    id: {type: Number, id: true, generated: true},
    name: String,
  });
  return {db, Place};
}

describe('The hooks of isolate', () => {
  it('leave nothing of a seed that fails', async () => {
    const {Place, db} = someCities();
    await Place.create({name: 'before'});
    const {hooks, run} = hooksByHand();
    isolate(db, {
      hooks,
      seed: async () => {
        await Place.create({name: 'half'});
        throw new Error('no more');
      },
    });
    await assert.rejects(run('before'), {message: 'no more'});
    await run('beforeEach');
    await run('after');
    assert.equal(await Place.count(), 1);
  });

  it('end with the datasource that they began with', async () => {
    const [first, second] = [someCities(), someCities()];
    let {db} = first;
    const outer = hooksByHand();
    isolate(() => db, {hooks: outer.hooks});
    await outer.run('before');
    ({db} = second);
    const inner = hooksByHand();
    isolate(db, {hooks: inner.hooks});
    await inner.run('before');
    await outer.run('after');
    await second.Place.create({name: 'of a test'});
    const within = hooksByHand();
    isolate(db, {hooks: within.hooks});
    await within.run('before');
    assert.equal(await second.Place.count(), 0);
  });

  it('have reset lead back to what it did before the suite', async () => {
    const {Place, db} = someCities();
    const {hooks, run} = hooksByHand();
    isolate(db, {hooks, seed: () => seed(db, {Place: {a: {name: 'Bern'}}})});
    await run('before');
    await run('after');
    await reset(db);
    assert.equal(await Place.count(), 0);
    await assert.rejects(seed(db, {Place: [{name: '@a'}]}), {
      code: 'INVALID_VALUE',
    });
  });

  for (const [options, message] of [
    [{sed: () => 1}, /has no option "sed"/],
    [
      {seed: {Place: []}},
      /seed of isolate\(\) must be a function, .* and not \{"Place":\[\]\}/,
    ],
  ] as const) {
    it(`are not set with ${JSON.stringify(options)}`, () => {
      assert.throws(() => isolate(someCities().db, options as object), {
        code: 'INVALID_SETTING',
        message,
      });
    });
  }
});

describe('withRollback', () => {
  it('has reset lead back to what it did before', async () => {
    const {Place, db} = someCities();
    await withRollback(db, () => seed(db, {Place: [{name: 'Bern'}]}));
    await reset(db);
    assert.equal(await Place.count(), 0);
  });

  it('is refused without a function, or a datasource', async () => {
    for (const [given, fn] of [[someCities().db], [undefined, () => 1]]) {
      await assert.rejects(withRollback(given as any, fn as any), {
        code: 'INVALID_SETTING',
      });
    }
  });
});
