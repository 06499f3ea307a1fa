import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import * as inmemory from '../../index';
import {
  compileIn,
  makeApplication,
  root,
  runIn,
} from '../support/package/application';

describe('the package, installed in an application', () => {
  let folder: string;
  before(() => {
    folder = makeApplication();
  });
  after(() => rmSync(folder, {recursive: true, force: true}));

  function run(script: string): string {
    const file = path.join(folder, 'main.js');
    writeFileSync(file, script);
    return runIn(folder, file);
  }

  const use = `
    const M = dataSource.define('M', {n: Number});
    M.create({n: 1}).then(row => M.findById(row.id)).then(row => {
      console.log(dataSource.connector.constructor.name, row.n);
    });`;

  for (const connector of [
    "'inmemory'",
    "'loopback-connector-inmemory'",
    "require('loopback-connector-inmemory')",
  ]) {
    it(`is loaded by connector: ${connector} from the juggler`, () => {
      const output = run(`
        const {DataSource} = require('loopback-datasource-juggler');
        const dataSource = new DataSource({connector: ${connector}});
        ${use}`);
      assert.equal(output, 'InMemoryConnector 1\n');
    });

    it(`is loaded by connector: ${connector} from LoopBack 4`, () => {
      const output = run(`
        const {juggler} = require('@loopback/repository');
        const dataSource = new juggler.DataSource({
          name: 'db', connector: ${connector},
        });
        ${use}`);
      assert.equal(output, 'InMemoryConnector 1\n');
    });
  }

  it('has types that a strict TypeScript program compiles with', () => {
    writeFileSync(
      path.join(folder, 'main.ts'),
      `import {
         type Explanation, InMemoryConnector, InMemoryError,
         type InMemorySettings, initialize,
       } from 'loopback-connector-inmemory';
       const settings: InMemorySettings = {defaultIdType: 'string'};
       const connector = new InMemoryConnector({...settings});
       const plan = (): Explanation => connector.explain('M', {limit: 1});
       const code = (error: unknown) =>
         error instanceof InMemoryError && error.code === 'DUPLICATE_KEY';
       export {code, initialize, plan};`,
    );
    const flags = ['--noEmit', '--exactOptionalPropertyTypes'];
    assert.equal(compileIn(folder, [...flags, 'main.ts']), '');
  });
});

describe('the package', () => {
  it('exports at most 20 names, the documented ones among them', () => {
    const text = readFileSync(path.join(root, 'index.ts'), 'utf8');
    const names = [...text.matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(
      ([, list]) => list!.split(',').map(name => name.trim()),
    );
    assert.ok(names.length <= 20, names.join());
    assert.deepEqual(Object.keys(inmemory).sort(), [
      'InMemoryConnector',
      'InMemoryError',
      'inTransaction',
      'initialize',
    ]);
  });

  it('contains the compiled library and its documents, nothing else', () => {
    const output = execFileSync(
      'npm',
      ['pack', '--dry-run', '--json', '--ignore-scripts'],
      {cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']},
    );
    const packed = JSON.parse(output) as
      {files: {path: string}[]}[] | Record<string, {files: {path: string}[]}>;
    const files = Object.values(packed)[0]!.files.map(file => file.path);
    const others = files.filter(
      file => !file.startsWith('dist/lib/') && !file.startsWith('dist/index.'),
    );
    assert.deepEqual(others.sort(), [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'package.json',
    ]);
    assert.ok(files.includes('dist/index.d.ts'));
  });

  it('names no registry in its lock file', () => {
    const text = readFileSync(path.join(root, 'package-lock.json'), 'utf8');
    assert.equal(/"resolved": "https?:/.test(text), false);
  });
});
