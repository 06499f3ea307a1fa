import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {makeDataSource} from '../support/connector/data-source';
import {root} from '../support/package/application';

function json(name: string): any {
  return JSON.parse(readFileSync(path.join(root, name), 'utf8'));
}

describe('docs/connector.json, the entry for lb4 datasource', () => {
  const entries = Object.entries<any>(json('docs/connector.json'));

  it('installs this package, by the name under which LoopBack loads it', () => {
    assert.equal(entries.length, 1);
    const [name, entry] = entries[0]!;
    assert.equal(entry.name, name);
    assert.equal(entry.package.name, json('package.json').name);
    assert.equal(entry.package.name, `loopback-connector-${name}`);
    assert.equal(entry.package.version, `^${json('package.json').version}`);
  });

  it('asks for settings that there are, and takes blank answers', async () => {
    const [, {settings}] = entries[0]!;
    const blank = Object.entries<any>(settings).map(([name, setting]) => {
      assert.ok(['string', 'boolean'].includes(setting.type));
      return [name, setting.default ?? ''];
    });
    const warnings: Error[] = [];
    const note = (warning: Error) => void warnings.push(warning);
    process.on('warning', note);
    const dataSource = makeDataSource(Object.fromEntries(blank));
    await dataSource.ping();
    process.off('warning', note);
    assert.deepEqual(warnings, []);
  });
});
