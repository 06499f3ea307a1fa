import assert from 'node:assert/strict';
import {isolate, withRollback} from '../../testing';
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
