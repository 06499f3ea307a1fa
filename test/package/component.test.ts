import assert from 'node:assert/strict';
import {rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {
  compileIn,
  makeApplication,
  runIn,
} from '../support/package/application';

describe('the component, where what it tells is not installed', () => {
  let folder: string;
  before(() => {
    folder = makeApplication();
    for (const name of [
      '@opentelemetry',
      '@loopback/metrics',
      '@loopback/health',
      'prom-client',
    ]) {
      rmSync(path.join(folder, 'node_modules', name), {recursive: true});
    }
  });
  after(() => rmSync(folder, {recursive: true, force: true}));

  const program = `
    import {Application} from '@loopback/core';
    import {juggler} from '@loopback/repository';
    import {inMemory} from 'loopback-connector-inmemory';
    import {InMemoryComponent} from 'loopback-connector-inmemory/component';

    async function main(): Promise<void> {
      const app = new Application();
      app.component(InMemoryComponent);
      const db = new juggler.DataSource({
        name: 'db',
        connector: 'loopback-connector-inmemory',
      });
      app.bind('datasources.db').to(db);
      await app.start();
      const {hooks} = inMemory(db) as unknown as {hooks: {areNone: boolean}};
      console.log(hooks.areNone, app.find('health.*').length);
      await app.stop();
    }
    void main();`;

  it('compiles in an application, and does nothing', () => {
    writeFileSync(path.join(folder, 'main.ts'), program);
    assert.equal(compileIn(folder, ['--skipLibCheck', 'main.ts']), '');
    assert.equal(runIn(folder, path.join(folder, 'main.js')), 'true 0\n');
  });

  it('says what it is for where there is no LoopBack 4', () => {
    rmSync(path.join(folder, 'node_modules/@loopback/core'));
    const file = path.join(folder, 'alone.js');
    writeFileSync(
      file,
      `try { require('loopback-connector-inmemory/component'); }
       catch (error) { console.log(error.code, error.message); }`,
    );
    assert.match(
      runIn(folder, file),
      /^INVALID_SETTING .*finds no @loopback\/core: install it\.$/m,
    );
  });
});
