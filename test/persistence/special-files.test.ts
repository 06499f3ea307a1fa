import assert from 'node:assert/strict';
import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {createServer, type Server} from 'node:net';
import path from 'node:path';
import {describeOwner, tryLock} from '../../lib/persistence/lock/file-lock';
import {realDisk} from '../../lib/persistence/lock/disk';
import {lockState} from '../../lib/persistence/lock/probe';
import {Workplace} from '../support/cli/workplace';
import {openKept} from '../support/persistence/kept';

/** What is no regular file, and how it comes to a path. */
const kinds: Record<string, (file: string) => unknown> = {
  'named pipe (FIFO)': file => execFileSync('mkfifo', [file]),
  directory: file => mkdirSync(file),
  'character device': file => symlinkSync('/dev/zero', file),
  socket: file => listen(file),
};

const servers: Server[] = [];

/** A socket has a short path, so it gets its name by a link. */
async function listen(file: string): Promise<void> {
  const name = path.join(place.directory, `s${servers.length}`);
  const server = createServer();
  servers.push(server);
  await new Promise<void>(resolve => server.listen(name, resolve));
  symlinkSync(name, file);
}

let place: Workplace;

const suffixes = ['', '.journal', '.journal.new', '.tmp', '.exit.tmp'];

describe('What is no regular file', function () {
  if (process.platform === 'win32') return;

  beforeEach(() => {
    place = new Workplace();
  });
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
    place.remove();
  });

  for (const [kind, make] of Object.entries(kinds)) {
    for (const suffix of suffixes) {
      it(`is refused at once in the place of db.json${suffix}, and left: a ${kind}`, async () => {
        const file = place.path('db.json');
        if (suffix !== '') writeFileSync(file, '{}');
        await make(file + suffix);
        const before = readdirSync(place.directory);
        const said = `cannot be used: it is a ${kind}, not a regular file.`;
        for (const isReadOnly of [false, true]) {
          await assert.rejects(
            openKept(realDisk, {isReadOnly}, file),
            (error: any) => {
              assert.equal(error.code, 'PERSISTENCE_FAILED');
              assert.ok(error.message.endsWith(said), error.message);
              return true;
            },
          );
        }
        assert.deepEqual(readdirSync(place.directory), before);
      });
    }

    it(`is refused by every command in the place of data file and journal: a ${kind}`, async () => {
      const file = place.path('db.json');
      for (const suffix of ['', '.journal']) {
        if (suffix !== '') writeFileSync(file, '{}');
        await make(file + suffix);
        for (const command of commands) {
          const {status, stderr} = await place.run([command, file], '[]');
          assert.equal(status, 2, `${command}: ${stderr}`);
          assert.match(stderr, /cannot be (used|read|opened): it is a /);
          assert.ok(stderr.includes(kind), stderr);
        }
        rmSync(file + suffix, {recursive: true});
      }
    });

    it(`is refused in the place of the lock file: a ${kind}`, async () => {
      const file = place.path('db.json');
      await make(`${file}.lock`);
      const isLink = lstatSync(`${file}.lock`).isSymbolicLink();
      const said = isLink ? /ELOOP/ : /it is a /;
      assert.throws(() => tryLock(file), {
        code: 'INVALID_SETTING',
        message: said,
      });
      const state = lockState(file);
      assert.equal(state.kind, 'unknown');
      assert.match((state as {reason: string}).reason, said);
      assert.match(describeOwner(file), /has not given its name/);
    });
  }

  it('may be the input of load where it has an end: a pipe', async () => {
    const pipe = place.path('pipe');
    execFileSync('mkfifo', [pipe]);
    const writer = spawn('sh', ['-c', 'echo \'{"id":1}\' > "$0"', pipe]);
    const words = ['load', place.file, pipe, '--model', 'M'];
    const {status, stderr} = await place.run(words);
    assert.equal(status, 0, stderr);
    assert.equal((await place.dump()).length, 1);
    if (writer.exitCode === null) await once(writer, 'exit');
  });

  it('is refused as the input of load where it has none: a device', async () => {
    const words = ['load', place.file, '/dev/zero', '--model', 'M'];
    const {status, stderr} = await place.run(words);
    assert.equal(status, 2);
    assert.match(
      stderr,
      /\/dev\/zero cannot be read: it is a character device/,
    );
    assert.equal(existsSync(place.file), false);
  });
});

const commands = ['info', 'check', 'repair', 'compact', 'dump', 'load'];

describe('A lock file with a second name', () => {
  beforeEach(() => {
    place = new Workplace();
  });
  afterEach(() => place.remove());

  it('is refused, and nothing is written to it', () => {
    const other = place.path('precious');
    writeFileSync(other, 'precious');
    linkSync(other, `${place.file}.lock`);
    assert.throws(() => tryLock(place.file), {
      code: 'INVALID_SETTING',
      message: /\.lock is one of 2 names of one file/,
    });
    assert.equal(lockState(place.file).kind, 'unknown');
    assert.equal(readFileSync(other, 'utf8'), 'precious');
  });
});
