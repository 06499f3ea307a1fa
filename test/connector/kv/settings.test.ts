import assert from 'node:assert/strict';
import {KeyValueConnector} from '../../../kv';
import {givenKeys, makeKeyDataSource} from '../../support/connector/keys';

/** The warnings of making a connector with settings. */
async function warningsOf(settings: object): Promise<string[]> {
  const warnings: string[] = [];
  const note = ({code, message}: Error & {code?: string}) =>
    void warnings.push(`${code} ${message}`);
  process.on('warning', note);
  const connector = new KeyValueConnector({...settings});
  await new Promise(setImmediate);
  process.off('warning', note);
  assert.ok(connector.isConnected);
  return warnings;
}

describe('the settings of a datasource with keys and values', () => {
  it('are warned of where they mean nothing for keys and values', async () => {
    const settings = {
      emulate: 'postgresql',
      max: 3,
      typeChecks: 'strict',
      defaultIdType: 'string',
      unknownProperties: 'error',
      connectionLimit: 2,
    };
    const names = Object.keys(settings).sort();
    assert.deepEqual(
      (await warningsOf(settings)).sort(),
      names.map(
        name =>
          `INMEMORY_UNUSED_SETTING The setting ${name} of ` +
          'loopback-connector-inmemory does nothing for keys and values.',
      ),
    );
  });

  it('are warned of where there are none of the name', async () => {
    assert.deepEqual(await warningsOf({fil: 'a.json', fsync: 'no'}), [
      'INMEMORY_UNKNOWN_SETTING loopback-connector-inmemory does not know the ' +
        'setting fil. Did you mean file?',
      'INMEMORY_UNUSED_SETTING The setting fsync of ' +
        'loopback-connector-inmemory does nothing without file.',
    ]);
  });

  it('are not set where they are blank', async () => {
    const blank = {file: '', store: null, now: undefined, emulate: ''};
    assert.deepEqual(await warningsOf(blank), []);
  });

  it('are refused where they cannot be', () => {
    const refused = {code: 'INVALID_SETTING', statusCode: 500};
    assert.throws(() => new KeyValueConnector({now: 5}), {
      ...refused,
      message:
        'The setting now cannot be 5; it must be a function that gives a date ' +
        'or milliseconds since 1970.',
    });
    assert.throws(() => new KeyValueConnector({store: 5}), refused);
    assert.throws(
      () => new KeyValueConnector({store: 'a', file: 'b'}),
      refused,
    );
  });

  it('have datasources of a store share their keys', async () => {
    const store = `keys ${process.pid}`;
    const {Item} = givenKeys({store});
    const {dataSource, Item: Same} = givenKeys({store});
    await Item.set('k', 1);
    assert.equal(await Same.get('k'), 1);
    const Other = dataSource.createModel('Other');
    assert.equal(await Other.get('k'), null);
  });

  it('have the first call connect with lazyConnect', async () => {
    const dataSource = makeKeyDataSource({lazyConnect: true});
    const Item = dataSource.createModel('Item');
    await Item.set('k', 1);
    assert.equal(await Item.get('k'), 1);
    await dataSource.disconnect();
    await dataSource.connect();
    assert.equal(await Item.get('k'), 1);
  });

  it('do not let calls pass after a disconnect of the connector itself', async () => {
    const {dataSource, Item} = givenKeys();
    await dataSource.connect();
    dataSource.connector.disconnect();
    await assert.rejects(Item.get('k'), {code: 'NOT_CONNECTED'});
    await assert.rejects(Item.keys(), {code: 'NOT_CONNECTED'});
  });
});
