import assert from 'node:assert/strict';
import {existsSync, readFileSync} from 'node:fs';
import {run} from '../../../lib/cli/run';
import {DataSource} from 'loopback-datasource-juggler';
import * as inmemory from '../../../index';
import {
  givenKeys,
  makeKeyDataSource,
  rowsIn,
} from '../../support/connector/keys';
import {useDirectory} from '../../support/persistence/directory';

describe('keys and values in a file', () => {
  const fileNamed = useDirectory();
  void run;
  void existsSync;
  void DataSource;
  void inmemory;
  void makeKeyDataSource;

  const values: Record<string, unknown> = {
    text: 'abc',
    date: new Date(1),
    dateText: '2026-01-01T00:00:00.000Z',
    bytes: Buffer.from([0, 255]),
    bigint: 12n,
    nan: NaN,
    nested: {at: new Date(2), blob: Buffer.from('x'), list: [1, {a: 'b'}]},
    'a key:with/odd "signs"': false,
    __proto__x: 1,
  };

  it('are there again with their types and times', async () => {
    const file = fileNamed('kv.json');
    const {clock, dataSource, Item} = givenKeys({file});
    for (const [key, value] of Object.entries(values)) {
      await Item.set(key, value);
    }
    await Item.set('__proto__', 'x');
    await Item.set('expires', 1, 1000);
    await dataSource.disconnect();

    const again = givenKeys({file, now: clock.now});
    for (const [key, value] of Object.entries(values)) {
      assert.deepEqual(await again.Item.get(key), value);
    }
    assert.equal(await again.Item.get('__proto__'), 'x');
    assert.equal(await again.Item.ttl('expires'), 1000);
    clock.pass(1000);
    assert.equal(await again.Item.get('expires'), null);
    await again.dataSource.disconnect();
    const late = givenKeys({file, now: clock.now});
    assert.equal(await late.Item.get('expires'), null);
    assert.equal(
      (await late.Item.keys()).length,
      Object.keys(values).length + 1,
    );
    await late.dataSource.disconnect();
    console.log(readFileSync(file, 'utf8'), rowsIn(late.dataSource));
  });
});
