import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {makeDataSource} from '../../support/connector/data-source';
import {runHere} from '../../support/cli/in-process';
import {
  givenKeys,
  type KeyModel,
  makeKeyDataSource,
  rowsIn,
  StandingClock,
} from '../../support/connector/keys';
import {useDirectory} from '../../support/persistence/directory';

const values: Record<string, unknown> = {
  text: 'abc',
  'text of JSON': '{"a": 1}',
  'text of a number': '12',
  'text of a date': '2026-01-01T00:00:00.000Z',
  date: new Date(1),
  bytes: Buffer.from([0, 255]),
  bigint: 12n,
  nan: NaN,
  nested: {at: new Date(2), blob: Buffer.from('x'), list: [1, {a: 'b'}]},
  'with/odd "signs"': false,
};

async function setAll(Item: KeyModel): Promise<void> {
  for (const [key, value] of Object.entries(values)) await Item.set(key, value);
  await Item.set('__proto__', 'odd');
}

async function assertAll(Item: KeyModel): Promise<void> {
  for (const [key, value] of Object.entries(values)) {
    assert.deepEqual(await Item.get(key), value, key);
  }
  assert.equal(await Item.get('__proto__'), 'odd');
}

describe('keys and values in a file', () => {
  const fileNamed = useDirectory();

  it('are there again with their types', async () => {
    const file = fileNamed('kv.json');
    const {dataSource, Item} = givenKeys({file});
    await setAll(Item);
    await dataSource.disconnect();
    const again = givenKeys({file});
    await assertAll(again.Item);
    await again.dataSource.disconnect();
  });

  it('are there again where only the journal has them', async () => {
    const file = fileNamed('kv.json');
    const checkpoint = {idleMs: 1e6};
    const {dataSource, Item} = givenKeys({file, checkpoint});
    await dataSource.connect();
    await setAll(Item);
    const reader = givenKeys({file, readOnly: true});
    await assertAll(reader.Item);
    await assert.rejects(reader.Item.set('k', 1), {code: 'READ_ONLY'});
    await reader.dataSource.disconnect();
    await dataSource.disconnect();
  });

  it('expire while nobody has the file open', async () => {
    const file = fileNamed('kv.json');
    const {clock, dataSource, Item} = givenKeys({file});
    await Item.set('early', 1, 1000);
    await Item.set('late', 1, 5000);
    await dataSource.disconnect();
    clock.pass(2000);
    const again = givenKeys({file, now: clock.now});
    assert.deepEqual(await again.Item.keys(), ['late']);
    assert.equal(await again.Item.ttl('late'), 3000);
    await again.dataSource.disconnect();
  });

  it('are removed from it when they have expired', async () => {
    const file = fileNamed('kv.json');
    const {clock, dataSource, Item} = givenKeys({file});
    for (let i = 0; i < 999; i++) await Item.set(`${i}`, i, 100);
    clock.pass(100);
    await Item.set('new', 1, 100);
    await dataSource.disconnect();
    const {models} = JSON.parse(readFileSync(file, 'utf8'));
    assert.deepEqual(Object.keys(models.Item), ['new']);
  });

  it('stay where the file is only read, though they have expired', async () => {
    const file = fileNamed('kv.json');
    const {clock, dataSource, Item} = givenKeys({file});
    await Item.set('k', 1, 100);
    await dataSource.disconnect();
    clock.pass(100);
    const reader = givenKeys({file, readOnly: true, now: clock.now});
    assert.deepEqual(await reader.Item.keys(), []);
    assert.equal(rowsIn(reader.dataSource), 1);
    await reader.dataSource.disconnect();
  });

  it('are there again after a disconnect and a connect', async () => {
    const {dataSource, Item} = givenKeys({file: fileNamed('kv.json')});
    await Item.set('k', 1);
    await dataSource.disconnect();
    await dataSource.connect();
    assert.equal(await Item.get('k'), 1);
    await dataSource.disconnect();
    assert.equal(await Item.get('k'), 1);
    assert.deepEqual(await Item.keys(), ['k']);
    await dataSource.disconnect();
  });

  it('wait for the file to be opened, at the first call with lazyConnect', async () => {
    const file = fileNamed('kv.json');
    const dataSource = makeKeyDataSource({file, lazyConnect: true});
    const Item = dataSource.createModel('Item');
    const [, value, keys] = await Promise.all([
      Item.set('k', 1),
      Item.get('k'),
      Item.keys(),
    ]);
    assert.deepEqual([value, keys], [1, ['k']]);
    await dataSource.disconnect();
  });

  it('fail with the reason where the file cannot be opened', async () => {
    const dataSource = makeKeyDataSource({
      file: path.join(fileNamed('none'), 'kv.json'),
      lazyConnect: true,
    });
    const Item = dataSource.createModel('Item');
    const failed = {code: 'PERSISTENCE_FAILED'};
    await assert.rejects(Item.get('k'), failed);
    await assert.rejects(Item.set('k', 1), failed);
    await assert.rejects(Item.keys(), failed);
  });

  it('stand beside the rows of other models', async () => {
    const file = fileNamed('db.json');
    const {dataSource, Item} = givenKeys({file});
    const rows = makeDataSource({file});
    const City = rows.define('City', {name: String});
    await Promise.all([dataSource.connect(), rows.connect()]);
    await City.create({name: 'Bern'});
    await Item.set('k', 1);
    await dataSource.disconnect();
    await rows.disconnect();
    const {models} = JSON.parse(readFileSync(file, 'utf8'));
    assert.deepEqual(models, {
      City: {1: '{"name":"Bern","id":1}'},
      Item: {k: '{"key":"k","value":1}'},
    });
  });

  it('are read by the command line', async () => {
    const file = fileNamed('kv.json');
    const {dataSource, Item} = givenKeys({file, now: new StandingClock().now});
    await Item.set('k', {a: new Date(0)}, 1000);
    await Item.set('l', Buffer.from('x'));
    await dataSource.disconnect();
    const directory = path.dirname(file);
    const info = await runHere(['info', 'kv.json'], directory, '');
    assert.equal(info.status, 0);
    assert.match(info.stdout, /Item.*2/);
    const check = await runHere(['check', 'kv.json'], directory, '');
    assert.equal(check.status, 0, check.stdout + check.stderr);
    const dump = await runHere(['dump', 'kv.json'], directory, '');
    const lines = dump.stdout.trim().split('\n');
    assert.deepEqual(
      lines.map(line => JSON.parse(line)).map(({row}) => row),
      [
        {
          key: 'k',
          value: {a: '1970-01-01T00:00:00.000Z'},
          expiresAt: '2026-01-01T00:00:01.000Z',
        },
        {key: 'l', value: 'eA=='},
      ],
    );
  });
});
