import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {compileIn, root} from '../support/package/application';

const name = 'loopback-connector-inmemory';

/** What users load, in the order of package.json. */
const entries = [
  '',
  '/kv',
  '/register',
  '/datasource',
  '/component',
  '/testing',
];

/** The files that make up the package as it is packed. */
function unpacked(): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'packed-')));
  const own = path.join(folder, 'node_modules', name);
  const output = execFileSync(
    'npm',
    ['pack', '--dry-run', '--json', '--ignore-scripts'],
    {cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']},
  );
  const [packed] = Object.values(
    JSON.parse(output) as Record<string, {files: {path: string}[]}>,
  );
  for (const file of packed!.files) {
    const place = path.join(own, file.path);
    mkdirSync(path.dirname(place), {recursive: true});
    cpSync(path.join(root, file.path), place);
  }
  const installed = path.join(root, 'node_modules');
  for (const other of readdirSync(installed)) {
    if (other.startsWith('.')) continue;
    symlinkSync(
      realpathSync(path.join(installed, other)),
      path.join(folder, 'node_modules', other),
      'junction',
    );
  }
  return folder;
}

describe('the package as it is packed', () => {
  let folder: string;

  before(() => {
    folder = unpacked();
  });
  after(() => rmSync(folder, {recursive: true, force: true}));

  /** Runs a script, which has `out` tell what to return. */
  function run(script: string, flags: readonly string[] = []): any {
    const file = path.join(folder, 'main.cjs');
    writeFileSync(
      file,
      `const out = value => console.log(JSON.stringify(value));
       const path = require('node:path');
       const own = () => Object.keys(require.cache)
         .map(file => path.relative(__dirname, file).split(path.sep).join('/'))
         .filter(file => file.startsWith('node_modules/${name}/'))
         .map(file => file.slice('node_modules/${name}/'.length));
       ${script}`,
    );
    const output = execFileSync(process.execPath, [...flags, file], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return JSON.parse(output);
  }

  it('loads two files of its own, and what loopback-connector and debug bring', () => {
    const loaded: string[] = run(`
      require('loopback-connector');
      require('debug');
      const before = new Set(Object.keys(require.cache));
      require('${name}');
      out(Object.keys(require.cache).filter(file => !before.has(file))
        .map(file => path.relative(__dirname, file).split(path.sep).join('/')));`);
    assert.deepEqual(loaded, [
      `node_modules/${name}/dist/bundle/index.js`,
      `node_modules/${name}/dist/bundle/index-core.js`,
    ]);
  });

  it('loads two more files for tests', () => {
    const loaded: string[] = run(`
      require('${name}');
      const before = new Set(own());
      require('${name}/testing');
      out(own().filter(file => !before.has(file)));`);
    assert.deepEqual(loaded, [
      'dist/bundle/testing.js',
      'dist/bundle/testing-core.js',
    ]);
  });

  for (const entry of entries) {
    it(`loads ${name}${entry} alone, from the bundle only`, () => {
      const loaded: string[] = run(`require('${name}${entry}'); out(own());`);
      assert.ok(loaded.length > 0);
      assert.deepEqual(
        loaded.filter(file => !file.startsWith('dist/bundle/')),
        [],
      );
    });
  }

  /* The order in which files are loaded is that of their first use. */
  for (const first of entries) {
    it(`has one state when ${name}${first} is loaded first`, () => {
      const others = entries.filter(entry => entry !== first);
      const result: unknown = run(`
        for (const entry of ${JSON.stringify([first, ...others.toReversed()])}) {
          require('${name}' + entry);
        }
        const main = require('${name}');
        const kv = require('${name}/kv');
        const {InMemoryDataSource} = require('${name}/datasource');
        const {reset, snapshot, restore, record} = require('${name}/testing');
        const {DataSource} = require('loopback-datasource-juggler');
        (async () => {
          const settings = {name: 'db', store: 'shared'};
          const one = new InMemoryDataSource(settings);
          const other = new DataSource({...settings, connector: main});
          const plain = new DataSource({...settings, connector: 'memory'});
          const M = one.define('M', {id: {type: Number, id: true}});
          await M.create({id: 1});
          const kept = snapshot(other);
          const error = await M.create({id: 1}).catch(error => error);
          await M.destroyAll();
          await restore(kept);
          const same = other.define('M', {id: {type: Number, id: true}});
          const again = plain.define('M', {id: {type: Number, id: true}});
          const recording = await record(one, () => same.count());
          const keys = new DataSource({name: 'kv', connector: kv});
          out({
            counts: [await same.count(), await again.count()],
            isError: error instanceof main.InMemoryError,
            isConnector: [one, other, plain, keys].map(
              ({connector}) => connector instanceof main.InMemoryConnector),
            isSame: main.inMemory(one) === one.connector,
            bundled: own().every(file => file.startsWith('dist/bundle/')),
          });
        })();`);
      assert.deepEqual(result, {
        counts: [1, 1],
        isError: true,
        isConnector: [true, true, true, true],
        isSame: true,
        bundled: true,
      });
    });
  }

  it('loads rare parts from the bundle when they are needed', () => {
    const loaded: string[] = run(`
      const main = require('${name}');
      const {seed, record} = require('${name}/testing');
      const {DataSource} = require('loopback-datasource-juggler');
      (async () => {
        const db = new DataSource({
          name: 'db', connector: main, emulate: 'postgresql', file: 'db.json',
        });
        db.define('M', {id: {type: Number, id: true}, name: String});
        await db.connect();
        require('node:fs').writeFileSync('M.csv', 'id,name\\n1,a\\n');
        require('node:fs').writeFileSync('more.yaml', 'M:\\n  - id: 2\\n');
        await seed(db, 'M.csv');
        await seed(db, 'more.yaml');
        await record(db, () => db.models.M.find());
        await db.disconnect();
        out(own().filter(file => !/index|testing\\.js/.test(file)));
      })();`);
    assert.deepEqual(
      loaded.filter(file => !file.startsWith('dist/bundle/')),
      [],
    );
    for (const part of ['persistence-data-store', 'dialects-databases']) {
      assert.ok(loaded.includes(`dist/bundle/${part}.js`), loaded.join());
    }
  });

  it('has names that ES modules import', () => {
    const file = path.join(folder, 'main.mjs');
    writeFileSync(
      file,
      `import {InMemoryError, inTransaction} from '${name}';
       import {isolate, Snapshot} from '${name}/testing';
       import {KeyValueConnector} from '${name}/kv';
       console.log(typeof InMemoryError, typeof inTransaction, typeof isolate,
         typeof Snapshot, typeof KeyValueConnector);`,
    );
    const output = execFileSync(process.execPath, [file], {encoding: 'utf8'});
    assert.equal(output, 'function function function function function\n');
  });

  it('has types for all that can be imported', () => {
    const file = path.join(folder, 'types.ts');
    writeFileSync(
      file,
      `import {inMemory, type Explanation} from '${name}';
       import {KeyValueConnector} from '${name}/kv';
       import '${name}/register';
       import {InMemoryDataSource} from '${name}/datasource';
       import {InMemoryComponent} from '${name}/component';
       import {isolate, type SeedSource} from '${name}/testing';
       export const plan: Explanation =
         inMemory(new InMemoryDataSource()).explain('M');
       export const sources: SeedSource[] = [];
       export {InMemoryComponent, isolate, KeyValueConnector};`,
    );
    assert.equal(compileIn(folder, ['--noEmit', '--skipLibCheck', file]), '');
  });

  it('shows the sources in stack traces, with --enable-source-maps', () => {
    const script = `
      const {inMemory} = require('${name}');
      try { inMemory({}); } catch (error) { out(error.stack); }`;
    const stack: string = run(script, ['--enable-source-maps']);
    assert.match(stack, /[\\/]lib[\\/]connector[\\/]in-memory\.ts:\d+/);
    assert.doesNotMatch(stack, /[\\/]bundle[\\/]/);
  });

  for (const flags of [[], ['--enable-source-maps']]) {
    it(`tells which line of the user a statement came from, node ${flags.join()}`, () => {
      const places: string[] = run(
        `const main = require('${name}');
        const {record} = require('${name}/testing');
        const {DataSource} = require('loopback-datasource-juggler');
        const db = new DataSource({name: 'db', connector: main});
        const M = db.define('M', {id: {type: Number, id: true}});
        const all = async () => M.find();
        const asked = async () => { await all(); await M.count(); };
        record(db, asked).then(({statements}) =>
          out(statements.map(({from}) => from.replace(/:.*/, ''))));`,
        flags,
      );
      assert.deepEqual(places, ['main.cjs', 'main.cjs']);
    });
  }

  it('tells its version on the command line', () => {
    const text = readFileSync(path.join(root, 'package.json'), 'utf8');
    const {bin, version} = JSON.parse(text) as {
      bin: Record<string, string>;
      version: string;
    };
    const main = path.join(folder, 'node_modules', name, bin[name]!);
    const output = execFileSync(process.execPath, [main, '--version'], {
      encoding: 'utf8',
    });
    assert.equal(output.trim(), version);
  });

  it('has no class of another name than in the sources', () => {
    const bundle = path.join(root, 'dist/bundle');
    const renamed = readdirSync(bundle)
      .filter(file => file.endsWith('.js'))
      .flatMap(file => [
        ...readFileSync(path.join(bundle, file), 'utf8').matchAll(
          /\bclass \w+\$\d+/g,
        ),
      ]);
    assert.deepEqual(renamed.map(String), []);
  });
});
