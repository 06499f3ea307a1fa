import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {rmSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {makeApplication, root} from '../support/package/application';

const register = 'loopback-connector-inmemory/register';
const older = 'loopback-repository-6/node_modules/loopback-datasource-juggler';

/** How a process ended, and what it wrote. */
interface Ending {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe('loopback-connector-inmemory/register', () => {
  let folder: string;
  before(() => {
    folder = makeApplication();
    symlinkSync(
      path.join(root, 'node_modules', older),
      path.join(folder, 'node_modules/older-juggler'),
    );
  });
  after(() => rmSync(folder, {recursive: true, force: true}));

  /** Runs Node.js in the application, where symlinks count as where they are. */
  function node(args: readonly string[], settings?: string): Ending {
    const links = ['--preserve-symlinks', '--preserve-symlinks-main'];
    const {INMEMORY_SETTINGS: _, NODE_OPTIONS: __, ...env} = process.env;
    return spawnSync(process.execPath, [...links, ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        ...env,
        ...(settings === undefined ? {} : {INMEMORY_SETTINGS: settings}),
      },
    });
  }

  function write(name: string, text: string): string {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    return file;
  }

  /** Runs a program after `register`; what it logs, and its line on stderr. */
  function run(program: string, settings?: string): Ending {
    const file = write('main.js', program);
    return node(['--require', register, file], settings);
  }

  /** The line on stderr, which is all of it. */
  function lineOf(extent: string, also = ''): RegExp {
    return new RegExp(
      `^loopback-connector-inmemory/register: connector 'memory' was ` +
        `loopback-connector-inmemory in ${extent} of process \\d+${also}\\.\n$`,
    );
  }

  const head = `
    const {DataSource} = require('loopback-datasource-juggler');
    const nameOf = dataSource => dataSource.connector.constructor.name;`;

  for (const [form, settings] of [
    ['the name memory', "{name: 'db', connector: 'memory'}"],
    ['the older key adapter', "{adapter: 'memory'}"],
    [
      'the module of the built-in connector',
      "{connector: require('loopback-datasource-juggler/lib/connectors/memory')}",
    ],
  ] as const) {
    it(`makes ${form} mean this connector`, () => {
      const {stdout, stderr} = run(`${head}
        console.log(nameOf(new DataSource(${settings})));`);
      assert.equal(stdout, 'InMemoryConnector\n');
      assert.match(stderr, lineOf('1 datasource'));
    });
  }

  it('leaves other connectors, and the class of the built-in one, as they are', () => {
    const {stdout, stderr} = run(`${head}
      const {Memory} = require('loopback-datasource-juggler/lib/connectors/memory');
      for (const connector of ['transient', 'kv-memory']) {
        console.log(nameOf(new DataSource({connector})));
      }
      console.log(new Memory().constructor.name);`);
    assert.equal(stdout, 'Transient\nKeyValueMemoryConnector\nMemory\n');
    assert.match(stderr, lineOf('0 datasources'));
  });

  it('leaves what the juggler uses of the built-in connector by itself', () => {
    const {stdout} = run(`${head}
      const db = new DataSource({connector: 'memory'});
      // A connector without near: the juggler filters by the built-in one.
      db.connector.buildNearFilter = undefined;
      const Place = db.define('Place', {at: 'GeoPoint'});
      const Order = db.define('Order', {name: String});
      const Line = db.define('Line', {id: {type: String, id: true}, n: Number});
      Order.embedsMany(Line, {as: 'lines', property: 'all'});
      (async () => {
        await Place.createAll([{at: '1,1'}, {at: '50,50'}]);
        const near = {near: '1,1', maxDistance: 10};
        console.log((await Place.find({where: {at: near}})).length);
        const order = await Order.create({name: 'x'});
        await order.lines.create({id: 'a', n: 1});
        await order.lines.create({id: 'b', n: 2});
        order.lines({where: {n: {gt: 1}}}, (error, found) => {
          console.log(error ?? found.map(line => line.id).join());
        });
      })();`);
    assert.equal(stdout, '1\nb\n');
  });

  it('serves every copy of the juggler, loaded before or after it', () => {
    const file = write(
      'main.js',
      `${head}
      require('${register}');
      const older = require('older-juggler');
      if (older.DataSource === DataSource) throw new Error('one copy');
      for (const Copy of [DataSource, older.DataSource]) {
        console.log(nameOf(new Copy({connector: 'memory'})));
      }`,
    );
    const {stdout, stderr} = node([file]);
    assert.equal(stdout, 'InMemoryConnector\nInMemoryConnector\n');
    assert.match(stderr, lineOf('2 datasources'));
  });

  it('is loaded twice to no effect', () => {
    const {stderr} = run(`${head}
      delete require.cache[require.resolve('${register}')];
      require('${register}');
      new DataSource({connector: 'memory'});`);
    assert.match(stderr, lineOf('1 datasource'));
  });

  describe('with INMEMORY_SETTINGS', () => {
    it('sets what a datasource does not set', () => {
      const {stdout, stderr} = run(
        `${head}
        const settingsOf = given => {
          const {settings} = new DataSource({connector: 'memory', ...given});
          return [settings.typeChecks, settings.yieldMs].join();
        };
        console.log(settingsOf({}));
        console.log(settingsOf({typeChecks: 'coerce', yieldMs: 0}));`,
        '{"typeChecks":"strict","yieldMs":5}',
      );
      assert.equal(stdout, 'strict,5\ncoerce,0\n');
      assert.match(stderr, /\(INMEMORY_SETTINGS=\{"typeChecks".*\}\)\.\n$/);
    });

    it('gives settings of files to datasources with a file only', () => {
      const {stdout, stderr} = run(
        `${head}
        for (const file of [undefined, 'db.json']) {
          const db = new DataSource({
            connector: 'memory', lazyConnect: true, ...(file && {file}),
          });
          console.log(db.settings.checkpoint);
        }`,
        '{"checkpoint":"commit"}',
      );
      assert.equal(stdout, 'undefined\ncommit\n');
      const also = ' \\(INMEMORY_SETTINGS=\\{"checkpoint":"commit"\\}\\)';
      assert.match(stderr, lineOf('2 datasources', also));
    });

    for (const [text, reason] of [
      ['{unknownProperties', 'Expected property name'],
      ['["a"]', ''],
      ['null', ''],
      ['{"typeChecks":"often"}', "must be 'coerce' or 'strict'"],
      ['{"typeCheck":"strict"}', 'Did you mean typeChecks?'],
    ] as const) {
      it(`refuses ${text}`, () => {
        const {status, stderr} = run('', text);
        assert.equal(status, 1);
        const wanted =
          `InMemoryError: The environment variable INMEMORY_SETTINGS cannot be ${text}; ` +
          'it must be an object of settings as JSON, such as ' +
          `{"unknownProperties":"error"}.`;
        assert.ok(stderr.includes(wanted), stderr);
        assert.ok(stderr.includes(reason), stderr);
        assert.ok(stderr.includes("code: 'INVALID_SETTING'"), stderr);
      });
    }
  });

  describe('preloaded by', () => {
    const test = `${head}
      it('finds', async () => {
        const dataSource = new DataSource({connector: 'memory'});
        const M = dataSource.define('M', {n: Number});
        await M.create({n: 1});
        const found = await M.find({where: {n: {gt: 0, lt: 2}}});
        if (found.length !== 1 || nameOf(dataSource) !== 'InMemoryConnector') {
          throw new Error('not this connector');
        }
      });`;

    for (const flag of ['--import', '--require']) {
      it(`node ${flag}, for a program of modules`, () => {
        const file = write(
          'main.mjs',
          `import juggler from 'loopback-datasource-juggler';
          const {connector} = new juggler.DataSource({connector: 'memory'});
          console.log(connector.constructor.name);`,
        );
        const {stdout, stderr} = node([flag, register, file]);
        assert.equal(stdout, 'InMemoryConnector\n');
        assert.match(stderr, lineOf('1 datasource'));
      });
    }

    it('node --import, for node:test', () => {
      const text = `const {it} = require('node:test'); ${test}`;
      const file = write('one.js', text);
      const {status, stdout} = node(['--import', register, '--test', file]);
      assert.equal(status, 0, stdout);
      assert.match(stdout, /was loopback-connector-inmemory in 1 datasource /);
    });

    for (const parallel of [[], ['--parallel']]) {
      it(`mocha --require ${parallel.join()}`, () => {
        const file = write('mocha.test.js', test);
        const mocha = path.join(folder, 'node_modules/mocha/bin/mocha.js');
        const args = ['--no-config', ...parallel, '--require', register, file];
        const {status, stdout, stderr} = node([mocha, ...args]);
        assert.equal(status, 0, stdout + stderr);
        assert.match(
          stderr,
          /was loopback-connector-inmemory in 1 datasource /,
        );
      });
    }

    it('what has modules of its own, as jest does, by its mocks', () => {
      // What jest does: it hands each file `jest`, and asks the mocks first.
      const {stdout} = (() => {
        const file = write(
          'main.js',
          `const Module = require('node:module');
          const mocks = new Map();
          globalThis.jest = {
            mock: (file, factory) => mocks.set(file, factory),
            requireActual: file => require(file),
          };
          require('${register}');
          for (const [file, factory] of mocks) {
            const builtIn = factory();
            console.log(/memory.js$/.test(file), builtIn === require(file));
          }
          const {DataSource} = require('loopback-datasource-juggler');
          const {connector} = new DataSource({connector: 'memory'});
          console.log(connector.constructor.name);`,
        );
        return node([file]);
      })();
      assert.equal(stdout, 'true true\nInMemoryConnector\n');
    });
  });
});
