import assert from 'node:assert/strict';
import {DataSource} from 'loopback-datasource-juggler';
import type {TestDataSource} from '../support/connector/data-source';
import {copyOfPackage} from '../support/connector/package-copy';
import {Files, properties} from '../support/connector/files';

let files: Files;

beforeEach(() => {
  files = new Files();
});
afterEach(() => files.remove());

/** What a spec file does that has a copy of the package of its own. */
function open(copy: string, name = 'db.json'): TestDataSource {
  const connector = copyOfPackage(files.at(copy));
  const settings = {connector, file: files.at(name), lazyConnect: true};
  const dataSource = new DataSource(settings);
  dataSource.on('error', () => undefined);
  return dataSource as unknown as TestDataSource;
}

describe('two copies of the package in one process, on one file', () => {
  it('are refused, naming this process and what to do', async () => {
    const [first, second] = [open('first'), open('second')];
    await first.connect();
    await assert.rejects(second.connect(), {
      code: 'DATA_LOCKED',
      message: new RegExp(
        `owned by process ${process.pid} .*, which is this process\\. A ` +
          'datasource of another copy of this package has it: jest ' +
          '--runInBand .* Disconnect that datasource \\(in afterAll of each ' +
          'spec file\\), give each spec file another data file, or open with ' +
          'readOnly: true\\.',
      ),
    });
    await first.disconnect();
    await second.connect();
    await second.disconnect();
  });

  it('get along when each disconnects, or has another file', async () => {
    for (const n of [1, 2, 3]) {
      const spec = open(`copy ${n}`);
      await spec.define('M', properties).create({id: n, n});
      const other = open(`other ${n}`, `other-${n}.json`);
      await other.define('M', properties).create({id: n, n});
      await spec.disconnect();
      await other.disconnect();
    }
    assert.equal(files.rows('M').length, 3);
  });

  it('let another process be told as another one', async () => {
    const owner = await files.spawn();
    await owner.ask('connect');
    const spec = open('copy');
    await assert.rejects(spec.connect(), {
      code: 'DATA_LOCKED',
      message: /owned by process (?!.*this process).*Stop that process/,
    });
  });
});
