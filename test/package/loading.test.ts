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

  for (const connector of [
    "'inmemory/kv'",
    "'loopback-connector-inmemory/kv'",
    "require('loopback-connector-inmemory/kv')",
  ]) {
    it(`is loaded by connector: ${connector} for keys and values`, () => {
      const output = run(`
        const {DefaultKeyValueRepository, Entity, juggler} =
          require('@loopback/repository');
        const dataSource = new juggler.DataSource({
          name: 'kv', connector: ${connector},
        });
        const keys = new DefaultKeyValueRepository(Entity, dataSource);
        keys.set('k', {}).then(() => keys.get('k')).then(value => {
          const {name} = dataSource.connector.constructor;
          console.log(name, value instanceof Entity);
        });`);
      assert.equal(output, 'KeyValueConnector true\n');
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
      'copyRows',
      'inMemory',
      'inTransaction',
      'initialize',
    ]);
  });

  let published: string[];
  before(() => {
    published = publishedFiles();
  });

  /** The files that are published, as npm tells them. */
  function publishedFiles(): string[] {
    const output = execFileSync(
      'npm',
      ['pack', '--dry-run', '--json', '--ignore-scripts'],
      {cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']},
    );
    const packed = JSON.parse(output) as
      {files: {path: string}[]}[] | Record<string, {files: {path: string}[]}>;
    return Object.values(packed)[0]!.files.map(file => file.path);
  }

  it('contains the bundle, its types and the documents, nothing else', () => {
    const isExpected =
      /^dist\/(?:bundle\/[\w-]+\.js(?:\.map)?|(?:lib\/[\w/-]+|\w+)\.d\.ts)$|^docs\/[\w-]+\.(?:md|json)$/;
    assert.deepEqual(published.filter(file => !isExpected.test(file)).sort(), [
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'package.json',
    ]);
    assert.ok(published.includes('dist/index.d.ts'));
    assert.ok(published.includes('dist/bundle/index.js'));
  });

  it('contains what README and the documents link to', () => {
    const files = new Set(published);
    const documents = [...files].filter(file => /^README|^docs\//.test(file));
    for (const document of documents) {
      const text = readFileSync(path.join(root, document), 'utf8');
      for (const [, link] of text.matchAll(/\]\((?!https?:|#)([^)#]*)/g)) {
        const target = path.posix.join(path.posix.dirname(document), link!);
        assert.ok(files.has(target), `${document}: ${target} is not published`);
      }
    }
  });

  it('has source maps that need no file, as sources are not published', () => {
    const maps = published.filter(file => file.endsWith('.map'));
    assert.ok(maps.includes('dist/bundle/index.js.map'));
    for (const file of maps) {
      const text = readFileSync(path.join(root, file), 'utf8');
      const {sources, sourcesContent} = JSON.parse(text) as {
        sources: string[];
        sourcesContent?: (string | null)[];
      };
      const contents = sourcesContent?.filter(content => content !== null);
      assert.equal(contents?.length, sources.length, file);
    }
  });

  it('names no registry in its lock file', () => {
    const text = readFileSync(path.join(root, 'package-lock.json'), 'utf8');
    assert.equal(/"resolved": "https?:/.test(text), false);
  });
});
