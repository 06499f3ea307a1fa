import assert from 'node:assert/strict';
import fs from 'node:fs';
import {insert} from '../../lib/database/statements';
import {realDisk} from '../../lib/persistence/lock/disk';
import {Workplace} from '../support/cli/workplace';
import {openKept} from '../support/persistence/kept';
import {errorOf} from '../support/persistence/memory-files';

/** The calls of node:fs that a store makes beside those of `FileSystem`, and in them. */
const calls = [
  'openSync',
  'closeSync',
  'readSync',
  'writeSync',
  'fsyncSync',
  'fdatasyncSync',
  'ftruncateSync',
  'fstatSync',
  'lstatSync',
  'statSync',
  'realpathSync',
  'readlinkSync',
  'renameSync',
  'unlinkSync',
  'linkSync',
  'copyFileSync',
  'fchmodSync',
  'fchownSync',
] as const;

type Call = (typeof calls)[number];

const commands = ['info', 'check', 'repair', 'compact', 'dump', 'load'];

/** Lets the nth call of a function fail while something runs; whether it came. */
async function failing(
  name: Call,
  at: number,
  code: string,
  run: () => Promise<void>,
): Promise<boolean> {
  const original = fs[name] as (...given: unknown[]) => unknown;
  let count = 0;
  (fs as any)[name] = (...given: unknown[]) => {
    // Node itself loads modules and runs programs with these.
    const isOurs = callers().some(file =>
      /[/\\]lib[/\\](persistence|cli|database)[/\\]/.test(file),
    );
    if (isOurs && ++count === at) throw errorOf(code);
    return original(...given);
  };
  try {
    await run();
  } finally {
    (fs as any)[name] = original;
  }
  return count >= at;
}

/** The files of the two calls that led to the one that asks. */
function callers(): string[] {
  const traces: {prepareStackTrace?: unknown} = Error;
  const before = traces.prepareStackTrace;
  // As a text it would be looked up in maps of sources, which takes long.
  traces.prepareStackTrace = (_: unknown, sites: NodeJS.CallSite[]) =>
    sites.map(site => site.getFileName() ?? '');
  try {
    const files = new Error('where').stack as unknown as string[];
    return files.slice(2, 4);
  } finally {
    traces.prepareStackTrace = before;
  }
}

/** Fails unless an error is one of ours, whatever its cause. */
function assertOurs(error: unknown, where: string): void {
  const {name, code} = error as NodeJS.ErrnoException;
  const known = ['PERSISTENCE_FAILED', 'INVALID_SETTING', 'DATA_LOCKED'];
  if (name === 'InMemoryError' && known.includes(code!)) return;
  throw new Error(where, {cause: error});
}

describe("Node's own errors", () => {
  let place: Workplace;
  beforeEach(() => {
    place = new Workplace();
  });
  afterEach(() => place.remove());

  for (const code of ['EIO', 'EACCES', 'EMFILE', 'ENOSPC']) {
    it(`are told as ours by a store, whichever call fails: ${code}`, async () => {
      let count = 0;
      for (const name of calls) {
        for (let at = 1; ; at++) {
          const file = place.path(`${name}-${at}.json`);
          fs.writeFileSync(file, '{"models":{"City":{"1":{"id":1}}}}');
          const where = `${name} ${at}`;
          const hasFailed = await failing(name, at, code, async () => {
            try {
              const database = await openKept(realDisk, {}, file);
              try {
                await database.write(to => insert(to, 'City', [{n: 1}]));
              } catch (error) {
                assertOurs(error, where);
              }
              await database.closeFiles();
            } catch (error) {
              assertOurs(error, where);
            }
          });
          if (!hasFailed) break;
          count++;
        }
      }
      assert.ok(count > 20, `${count}`);
    });
  }

  for (const command of commands) {
    it(`are one line of ours by ${command}, whichever call fails`, async () => {
      for (const name of calls) {
        let at = 1;
        while (await tryCommand(command, name, at)) at++;
      }
    });
  }

  /** Whether the nth call came. */
  async function tryCommand(
    command: string,
    name: Call,
    at: number,
  ): Promise<boolean> {
    place.make(command === 'repair' ? 'more' : 'close');
    if (command === 'repair') {
      place.edit(place.journal, text => text.replace('"changed"', '"X"'));
    }
    let stderr = '';
    const hasFailed = await failing(name, at, 'EIO', async () => {
      const output = command === 'dump' ? ['--output', `${at}${name}`] : [];
      const words = [command, place.file, ...output, '--json'];
      ({stderr} = await place.run(words, '[]'));
    });
    if (stderr !== '') {
      const {error} = JSON.parse(stderr) as {error: {code: string}};
      assert.notEqual(error.code, 'FAILED', `${command} ${name} ${at}`);
    }
    return hasFailed;
  }
});
