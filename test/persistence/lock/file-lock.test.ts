import assert from 'node:assert/strict';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {hostname, tmpdir} from 'node:os';
import path from 'node:path';
import {InMemoryError} from '../../../lib/base/errors';
import {
  acquireLock,
  describeOwner,
  tryLock,
} from '../../../lib/persistence/lock/file-lock';
import {
  allMechanisms,
  lockDescriptor,
  type LockMechanism,
} from '../../../lib/persistence/lock/kernel-lock';
import {Locker} from '../../support/persistence/locker';

/** Long enough for any machine; no test waits for it to pass. */
const longMs = 50_000;

let folder: string;
let file: string;
let lockers: Locker[];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'a lock ü-'));
  file = path.join(folder, 'db.json');
  lockers = [];
});

afterEach(async () => {
  for (const locker of lockers) await locker.kill();
  rmSync(folder, {recursive: true, force: true});
});

function start(): Locker {
  const locker = new Locker();
  lockers.push(locker);
  return locker;
}

/** Why a mechanism does not work here, if so. */
function whyNot(mechanism: LockMechanism): string | undefined {
  const probe = mkdtempSync(path.join(tmpdir(), 'probe-'));
  const descriptor = openSync(path.join(probe, 'lock'), 'w');
  try {
    const attempt = lockDescriptor(descriptor, [mechanism]);
    return attempt.kind === 'unavailable' ? attempt.reason : undefined;
  } finally {
    closeSync(descriptor);
    rmSync(probe, {recursive: true});
  }
}

function isLocked(error: unknown): boolean {
  return error instanceof InMemoryError && error.code === 'DATA_LOCKED';
}

/** The tests that must hold with these mechanisms, in both processes. */
function testMechanisms(mechanisms: readonly LockMechanism[]): void {
  async function owner(): Promise<Locker> {
    const locker = start();
    const {isHeld} = await locker.ask({do: 'try', file, mechanisms});
    assert.equal(isHeld, true);
    return locker;
  }

  /** Whether the file is free, by taking and releasing it. */
  function isFree(): boolean {
    const lock = tryLock(file, {mechanisms});
    lock?.release();
    return lock !== undefined;
  }

  it('locks a file that nobody owns, and says by what', () => {
    const lock = tryLock(file, {mechanisms})!;
    assert.deepEqual(lock.mechanisms, mechanisms);
    lock.release();
  });

  it('refuses a second process', async () => {
    await owner();
    assert.equal(isFree(), false);
  });

  it('tells the second process the file, the owner and what to do', async () => {
    await owner();
    const second = await start().ask({do: 'acquire', file, mechanisms});
    assert.equal(second.code, 'DATA_LOCKED');
    for (const part of [
      file,
      `process ${lockers[0]!.pid} on ${hostname()}`,
      'lock-child.js',
      'lockTimeoutMs',
      'readOnly: true',
    ]) {
      assert.ok(second.message!.includes(part), second.message);
    }
  });

  it('is free at once when the owner is killed', async () => {
    await (await owner()).kill();
    assert.equal(isFree(), true);
  });

  it('is free when the owner has ended without releasing it', async () => {
    await (await owner()).exit();
    assert.equal(isFree(), true);
  });

  it('stays with an owner that is stopped, until that one ends', async () => {
    const stopped = await owner();
    stopped.signal('SIGSTOP');
    assert.equal(isFree(), false);
    await assert.rejects(
      acquireLock(file, {timeoutMs: 300, mechanisms}),
      isLocked,
    );
    stopped.signal('SIGCONT');
    assert.equal((await stopped.ask({do: 'ensureHeld'})).isHeld, true);
    assert.equal(isFree(), false);
    await stopped.exit();
    assert.equal(isFree(), true);
  });

  it('is free when the owner has released it', async () => {
    await (await owner()).ask({do: 'release'});
    assert.equal(isFree(), true);
  });

  it('comes to a process that waits when the owner is killed', async () => {
    const first = await owner();
    const second = start();
    const wait = second.ask({
      do: 'acquire',
      file,
      mechanisms,
      timeoutMs: longMs,
    });
    assert.equal(isFree(), false);
    await first.kill();
    assert.equal((await wait).isHeld, true);
    assert.equal(isFree(), false);
  });

  it('comes to one of two that wait, then to the other', async () => {
    const first = await owner();
    const order = {
      do: 'acquire',
      file,
      mechanisms,
      timeoutMs: longMs,
    } as const;
    const waits = [start(), start()].map(async locker => {
      const answer = await locker.ask(order);
      return {locker, answer};
    });
    await first.exit();
    const next = await Promise.race(waits);
    assert.equal(next.answer.isHeld, true);
    assert.equal(isFree(), false);
    await next.locker.ask({do: 'release'});
    for (const wait of waits) assert.equal((await wait).answer.isHeld, true);
  });

  it('is refused when the wait is over, naming how long it was', async () => {
    await owner();
    await assert.rejects(
      acquireLock(file, {timeoutMs: 120, mechanisms}),
      /Waited 120 ms/,
    );
  });

  it('excludes a second lock in the same process', () => {
    const lock = tryLock(file, {mechanisms})!;
    assert.equal(isFree(), false);
    lock.release();
    assert.equal(isFree(), true);
  });

  it('stays when a refused try in the same process has ended', async () => {
    const lock = tryLock(file, {mechanisms})!;
    assert.equal(tryLock(file, {mechanisms}), undefined);
    readFileSync(lock.path + '.lock');
    const second = await start().ask({do: 'try', file, mechanisms});
    assert.equal(second.isHeld, false);
    lock.release();
  });

  it('is not inherited by a process that the owner starts', async () => {
    const parent = await owner();
    const {pid} = await parent.ask({do: 'spawn'});
    try {
      await parent.kill();
      assert.equal(isFree(), true);
      // The heir must have been alive for this to say anything.
      process.kill(pid!, 0);
    } finally {
      process.kill(pid!, 'SIGKILL');
    }
  });

  it('takes one of eight processes that try at once', async () => {
    const all = Array.from({length: 8}, start);
    const answers = await Promise.all(
      all.map(locker => locker.ask({do: 'try', file, mechanisms})),
    );
    assert.equal(answers.filter(({isHeld}) => isHeld).length, 1);
  });
}

describe('the lock of a data file', () => {
  for (const mechanism of allMechanisms) {
    describe(`by ${mechanism} alone`, () => {
      before(function () {
        const reason = whyNot(mechanism);
        if (reason === undefined) return;
        console.log(`      skipped: ${mechanism} does not work: ${reason}`);
        this.skip();
      });
      testMechanisms([mechanism]);
    });
  }

  describe('between a process that has one mechanism and one with both', () => {
    before(function () {
      const missing = allMechanisms.find(mechanism => whyNot(mechanism));
      if (missing === undefined) return;
      console.log(`      skipped: ${missing} does not work here`);
      this.skip();
    });
    for (const mechanism of allMechanisms) {
      it(`excludes the one with both when the other has ${mechanism}`, async () => {
        await start().ask({do: 'try', file, mechanisms: [mechanism]});
        assert.equal(tryLock(file), undefined);
      });

      it(`excludes the one that has only ${mechanism}`, async () => {
        await start().ask({do: 'try', file});
        assert.equal(tryLock(file, {mechanisms: [mechanism]}), undefined);
      });
    }
  });
});

describe('the lock file', () => {
  function owner(): {pid: number; host: string; since: string} {
    return JSON.parse(readFileSync(`${file}.lock`, 'utf8'));
  }

  it('names its owner in one line of JSON', () => {
    const lock = tryLock(file)!;
    assert.match(readFileSync(`${file}.lock`, 'utf8'), /^\{[^\n]+\}\n$/);
    const {pid, host, since} = owner();
    assert.deepEqual([pid, host], [process.pid, hostname()]);
    assert.ok(!Number.isNaN(Date.parse(since)));
    lock.release();
  });

  it('stays when the lock is released, without the name', () => {
    tryLock(file)!.release();
    assert.equal(readFileSync(`${file}.lock`, 'utf8'), '');
    assert.match(describeOwner(file), /not given its name/);
  });

  it('has the permissions that the umask leaves', function () {
    if (process.platform === 'win32') this.skip();
    const umask = process.umask(0o027);
    try {
      tryLock(file)!.release();
    } finally {
      process.umask(umask);
    }
    assert.equal(statSync(`${file}.lock`).mode & 0o777, 0o640);
  });

  it('decides nothing by what it says', async () => {
    const living = {pid: process.ppid, host: hostname(), since: 'now'};
    writeFileSync(`${file}.lock`, JSON.stringify(living));
    const lock = tryLock(file)!;
    assert.equal(owner().pid, process.pid);
    writeFileSync(`${file}.lock`, '');
    assert.equal((await start().ask({do: 'try', file})).isHeld, false);
    lock.release();
  });

  for (const [title, text] of [
    ['nothing', ''],
    ['no JSON', 'x'.repeat(100_000)],
    ['null', 'null\n'],
    ['another kind of pid', '{"pid": "1"}\n'],
  ] as const) {
    it(`may hold ${title}; then the owner is not known`, () => {
      writeFileSync(`${file}.lock`, text);
      assert.match(describeOwner(file), /not given its name/);
    });
  }

  it('cannot put control characters into a message', () => {
    const program = '\u001b[2J\u202e';
    writeFileSync(`${file}.lock`, JSON.stringify({pid: 1, program}));
    assert.doesNotMatch(describeOwner(file), /\p{C}/u);
  });

  it('need not exist for an owner to be described', () => {
    assert.match(describeOwner('/no/such/db.json'), /not given its name/);
  });

  it('is one for all symbolic links to a data file', () => {
    const link = path.join(folder, 'link.json');
    const linkToLink = path.join(folder, 'link-to-link.json');
    symlinkSync('db.json', link);
    symlinkSync(link, linkToLink);
    // Before the data file exists, and after.
    for (let round = 0; round < 2; round++) {
      const lock = tryLock(linkToLink)!;
      assert.equal(lock.path, file);
      assert.equal(tryLock(file), undefined);
      assert.equal(tryLock(link), undefined);
      lock.release();
      writeFileSync(file, '{}');
    }
  });

  it('is one for all links to the directory', () => {
    const link = path.join(folder, 'link');
    symlinkSync(folder, link);
    const lock = tryLock(path.join(link, 'db.json'))!;
    assert.equal(tryLock(file), undefined);
    lock.release();
  });

  it('is not followed when it is a symbolic link', function () {
    if (process.platform === 'win32') this.skip();
    const other = path.join(folder, 'other');
    writeFileSync(other, 'precious');
    symlinkSync(other, `${file}.lock`);
    assert.throws(() => tryLock(file), {code: 'INVALID_SETTING'});
    assert.equal(readFileSync(other, 'utf8'), 'precious');
  });

  it('that cannot be opened is refused with a clear error', () => {
    mkdirSync(`${file}.lock`);
    assert.throws(() => tryLock(file), {code: 'INVALID_SETTING'});
  });

  it('needs a directory, which the error names', () => {
    const missing = path.join(folder, 'missing', 'db.json');
    assert.throws(
      () => tryLock(missing),
      (error: InMemoryError) =>
        error.code === 'INVALID_SETTING' && error.message.includes(missing),
    );
  });

  it('is refused when nothing can lock, naming what would', () => {
    assert.throws(
      () => tryLock(file, {mechanisms: []}),
      /fs-native-extensions or the command flock/,
    );
  });
});

describe('a lock of which nothing came', () => {
  it('takes its lock file away when it is given back', () => {
    const lock = tryLock(file)!;
    lock.abandon();
    assert.equal(existsSync(`${file}.lock`), false);
    lock.abandon();
    tryLock(file)!.release();
  });

  it('leaves a lock file that was there before', () => {
    tryLock(file)!.release();
    tryLock(file)!.abandon();
    assert.equal(existsSync(`${file}.lock`), true);
  });

  it('leaves a lock file that another one has put there', () => {
    const lock = tryLock(file)!;
    rmSync(`${file}.lock`);
    const second = tryLock(file)!;
    lock.abandon();
    assert.equal(existsSync(`${file}.lock`), true);
    second.ensureHeld();
    second.release();
  });

  it('never gives two owners to many that come meanwhile', async () => {
    const others = [start(), start(), start()];
    const tryAll = () =>
      Promise.all(others.map(other => other.ask({do: 'try', file})));
    for (let round = 0; round < 30; round++) {
      const lock = tryLock(file)!;
      const asked = tryAll();
      for (let turn = 0; turn < round; turn++) {
        await new Promise(setImmediate);
      }
      lock.abandon();
      const early = (await asked).filter(({isHeld}) => isHeld).length;
      assert.ok(early <= 1);
      if (early === 0) {
        const late = (await tryAll()).filter(({isHeld}) => isHeld).length;
        assert.equal(late, 1);
      }
      assert.equal(tryLock(file), undefined);
      for (const other of others) await other.ask({do: 'release'});
      rmSync(`${file}.lock`);
    }
  });
});

describe('the error about a lock of this process', () => {
  it('says that it is this process, and what to do', async () => {
    const lock = tryLock(file)!;
    await assert.rejects(acquireLock(file, {timeoutMs: 0}), {
      code: 'DATA_LOCKED',
      message: new RegExp(
        `process ${process.pid} .*which is this process.*jest --runInBand.*` +
          'Disconnect that datasource \\(in afterAll',
      ),
    });
    lock.release();
  });

  it('is not given for a process of another host or an earlier time', async () => {
    for (const change of [
      {host: 'another'},
      {since: '2001-01-01T00:00:00.000Z'},
      {since: 'never'},
      {pid: process.pid + 1},
    ]) {
      const lock = tryLock(file)!;
      const owner: object = JSON.parse(readFileSync(`${file}.lock`, 'utf8'));
      writeFileSync(`${file}.lock`, JSON.stringify({...owner, ...change}));
      const refused = acquireLock(file, {timeoutMs: 0});
      await assert.rejects(refused, /Stop that process/);
      lock.release();
    }
  });
});

describe('a lock file that is deleted while it is held', () => {
  it('is put back by the owner before it writes', async () => {
    const lock = tryLock(file)!;
    rmSync(`${file}.lock`);
    lock.ensureHeld();
    assert.equal((await start().ask({do: 'try', file})).isHeld, false);
    assert.match(describeOwner(file), new RegExp(`process ${process.pid} `));
    lock.release();
  });

  it('shows a second owner to the first, which keeps off for good', async () => {
    const lock = tryLock(file)!;
    rmSync(`${file}.lock`);
    const second = start();
    assert.equal((await second.ask({do: 'try', file})).isHeld, true);
    assert.throws(
      () => lock.ensureHeld(),
      (error: InMemoryError) =>
        isLocked(error) && error.message.includes(`process ${second.pid} `),
    );
    // The second may have written before it ended; the first cannot know.
    await second.exit();
    assert.throws(() => lock.ensureHeld(), isLocked);
    lock.release();
  });

  it('is not put back over one that was locked in the meantime', () => {
    const lock = tryLock(file)!;
    rmSync(`${file}.lock`);
    tryLock(file)!.release();
    assert.throws(() => lock.ensureHeld(), isLocked);
    lock.release();
  });

  it('counts as deleted when it is renamed', () => {
    const lock = tryLock(file)!;
    renameSync(`${file}.lock`, `${file}.old`);
    lock.ensureHeld();
    assert.ok(existsSync(`${file}.lock`));
    lock.release();
  });

  it('leaves the second its file when the first releases', async () => {
    const lock = tryLock(file)!;
    rmSync(`${file}.lock`);
    const second = start();
    await second.ask({do: 'try', file});
    lock.release();
    assert.equal((await second.ask({do: 'ensureHeld'})).code, undefined);
    assert.match(describeOwner(file), new RegExp(`process ${second.pid} `));
    assert.equal(tryLock(file), undefined);
  });

  it('never gives two owners to many that come and go', async () => {
    const all = Array.from({length: 4}, start);
    let owners = 0;
    const rounds = all.map(async locker => {
      for (let round = 0; round < 25; round++) {
        await locker.ask({do: 'acquire', file, timeoutMs: longMs});
        assert.equal(++owners, 1);
        // Its own, and before it is released: the others hold the deleted one.
        if (round % 3 === 0) rmSync(`${file}.lock`);
        owners--;
        await locker.ask({do: 'release'});
      }
    });
    await Promise.all(rounds);
  });
});

describe('the command flock', () => {
  const systemPath = process.env.PATH;
  const mechanisms = ['flock'] as const;
  let programs: string;

  beforeEach(function () {
    if (process.platform === 'win32') this.skip();
    programs = path.join(folder, 'programs');
    mkdirSync(programs);
  });
  afterEach(() => {
    process.env.PATH = systemPath;
  });

  /** Puts a shell script in its place, which may call the real one. */
  function replaceBy(script: string): void {
    const real = systemPath!
      .split(path.delimiter)
      .map(folder => path.join(folder, 'flock'))
      .find(existsSync);
    writeFileSync(
      path.join(programs, 'flock'),
      `#!/bin/sh\nreal=${real}\nlock='${file}.lock'\n${script}\n`,
      {mode: 0o755},
    );
    process.env.PATH = `${programs}${path.delimiter}${systemPath}`;
  }

  it('may lock a file that is deleted just then: the next one is tried', async function () {
    if (whyNot('flock') !== undefined) this.skip();
    replaceBy(`[ -e "$0.ran" ] || rm "$lock"; : > "$0.ran"; exec $real "$@"`);
    const lock = tryLock(file, {mechanisms})!;
    assert.ok(existsSync(path.join(programs, 'flock.ran')));
    lock.ensureHeld();
    const second = await start().ask({do: 'try', file, mechanisms});
    assert.equal(second.isHeld, false);
    lock.release();
  });

  it('may find the file replaced by one that is owned: that is refused', async function () {
    if (whyNot('flock') !== undefined) this.skip();
    const other = path.join(folder, 'other.json');
    await start().ask({do: 'try', file: other, mechanisms});
    replaceBy(
      `[ -e '${other}.lock' ] && mv '${other}.lock' "$lock"; exec $real "$@"`,
    );
    assert.equal(tryLock(file, {mechanisms}), undefined);
  });

  it('may find the file deleted again and again: that ends in an error', () => {
    replaceBy('rm "$lock"');
    assert.throws(() => tryLock(file, {mechanisms}), /keeps replacing/);
  });

  for (const [title, script, reason] of [
    ['says what is wrong', 'echo no locks here >&2; exit 1', 'no locks here'],
    ['fails without a word', 'exit 71', 'exit code 71'],
    ['is killed', 'kill -9 $$', 'SIGKILL'],
  ] as const) {
    it(`counts as missing when it ${title}`, () => {
      replaceBy(script);
      assert.throws(() => tryLock(file, {mechanisms}), {
        code: 'INVALID_SETTING',
        message: new RegExp(reason),
      });
    });
  }

  it('may be missing where the native lock works', function () {
    if (whyNot('native') !== undefined) this.skip();
    process.env.PATH = programs;
    const lock = tryLock(file)!;
    assert.deepEqual(lock.mechanisms, ['native']);
    lock.release();
  });

  it('is named in the error where nothing else works', () => {
    process.env.PATH = programs;
    assert.throws(() => tryLock(file, {mechanisms}), /flock ENOENT/);
  });
});

describe('waiting for a lock', () => {
  it('can be given up by a signal, with its reason', async () => {
    const lock = tryLock(file)!;
    const controller = new AbortController();
    const wait = acquireLock(file, {
      timeoutMs: longMs,
      signal: controller.signal,
    });
    const reason = new Error('enough');
    setImmediate(() => controller.abort(reason));
    await assert.rejects(wait, reason);
    lock.release();
    tryLock(file)!.release();
  });

  it('does not begin when the signal was given before', async () => {
    const signal = AbortSignal.abort(new Error('before'));
    await assert.rejects(acquireLock(file, {timeoutMs: 0, signal}), /before/);
    assert.equal(existsSync(`${file}.lock`), false);
  });

  it('lets this process do other things', async () => {
    const lock = tryLock(file)!;
    const wait = acquireLock(file, {timeoutMs: longMs});
    await new Promise(resolve => setImmediate(resolve));
    lock.release();
    (await wait).release();
  });

  it('asks once when there is no time to wait', async () => {
    const lock = tryLock(file)!;
    await assert.rejects(acquireLock(file, {timeoutMs: 0}), isLocked);
    lock.release();
    (await acquireLock(file, {timeoutMs: 0})).release();
  });
});

describe('a released lock', () => {
  it('may be released again, without harm to the next one', () => {
    const first = tryLock(file)!;
    first.release();
    const second = tryLock(file)!;
    first.release();
    assert.equal(tryLock(file), undefined);
    second.ensureHeld();
    second.release();
  });
});
