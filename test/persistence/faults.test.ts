import assert from 'node:assert/strict';
import {JournalReader} from '../../lib/persistence/journal/reader';
import {JournalWriter} from '../../lib/persistence/journal/writer';
import {
  commits,
  header,
  historyTexts,
  journalPath,
  read,
  readFrom,
  textsOf,
  write,
} from '../support/persistence/example';
import {type Fault, FaultyFiles} from '../support/persistence/faults';
import {MemoryFileSystem} from '../support/persistence/memory-file-system';
import {errorOf} from '../support/persistence/memory-files';
import {requireCode} from '../support/errors';

const faults: readonly Omit<Fault, 'at'>[] = ['ENOSPC', 'EIO'].flatMap(code =>
  [false, true].flatMap(isSticky =>
    (['none', 'half', 'all'] as const).map(written => ({
      code,
      isSticky,
      written,
    })),
  ),
);

/** What was told to those who wrote. */
interface Outcome {
  /** Commits whose append returned. */
  readonly appended: string[];
  /** Commits whose append failed. */
  readonly failed: string[];
  /** How many commits were appended when a sync last succeeded. */
  synced: number;
}

function checkFailure(error: unknown, {code}: Omit<Fault, 'at'>): void {
  requireCode(error, 'PERSISTENCE_FAILED');
  let {cause} = error as {cause?: any};
  while (cause?.code === 'PERSISTENCE_FAILED') cause = cause.cause;
  assert.equal(cause?.code, code, 'the cause is there');
}

/** Appends all commits, syncing after some, in spite of errors. */
async function writeAll(
  writer: JournalWriter,
  fault: Omit<Fault, 'at'>,
): Promise<Outcome> {
  const outcome: Outcome = {appended: [], failed: [], synced: 0};
  const all = [...commits, ...commits];
  for (const [i, text] of textsOf(all).entries()) {
    try {
      writer.append(all[i]!);
      outcome.appended.push(text);
      if (i % 3 === 0) await writer.sync();
      if (i % 5 === 0) writer.syncNow();
      if (i % 3 === 0 || i % 5 === 0) outcome.synced = outcome.appended.length;
    } catch (error) {
      if (outcome.appended.at(-1) !== text) outcome.failed.push(text);
      checkFailure(error, fault);
    }
  }
  return outcome;
}

/** The file has what was appended; after a failed cut perhaps one commit more. */
function checkFile(files: MemoryFileSystem, outcome: Outcome): void {
  const {texts, end} = readFrom(files);
  const {appended, failed} = outcome;
  assert.deepEqual(texts.slice(0, appended.length), appended);
  const extra = texts.slice(appended.length);
  assert.ok(extra.length <= 1);
  assert.deepEqual(extra, failed.slice(0, extra.length));
  const durable = read(files.synced(journalPath)).texts;
  assert.deepEqual(
    durable.slice(0, outcome.synced),
    appended.slice(0, outcome.synced),
  );
  const writer = JournalWriter.openAtEnd(files, journalPath, end);
  writer.append(commits[0]!);
  assert.deepEqual(readFrom(files).texts, [...texts, historyTexts[0]]);
}

describe('A writer on a failing disk', () => {
  for (const fault of faults) {
    const often = fault.isSticky ? 'from the nth call on' : 'once';
    it(`keeps what it acknowledged: ${fault.code} ${often}, ${fault.written} written`, async () => {
      for (let at = 1; ; at++) {
        const files = new MemoryFileSystem();
        const faulty = new FaultyFiles(files, {...fault, at});
        let writer: JournalWriter;
        try {
          const {fileSystem} = faulty;
          writer = JournalWriter.create(fileSystem, journalPath, header);
        } catch (error) {
          checkFailure(error, fault);
          if (!fault.isSticky) assert.deepEqual(files.paths, []);
          continue;
        }
        const outcome = await writeAll(writer, fault);
        checkFile(files, outcome);
        if (!faulty.hasFired) break;
      }
    });
  }

  it('goes on when there is room again', async () => {
    const files = new MemoryFileSystem();
    const faulty = new FaultyFiles(files, {
      at: 3,
      isSticky: true,
      code: 'ENOSPC',
      written: 'half',
      only: ['write'],
    });
    const {fileSystem} = faulty;
    const writer = JournalWriter.create(fileSystem, journalPath, header);
    writer.append(commits[0]!);
    for (let i = 0; i < 3; i++) {
      assert.throws(() => writer.append(commits[1]!), {
        code: 'PERSISTENCE_FAILED',
        message: /cannot be written: ENOSPC/,
      });
    }
    assert.equal(writer.isBroken, false);
    assert.equal(files.content(journalPath).length, writer.bytes);
    faulty.heal();
    writer.append(commits[2]!);
    assert.deepEqual(readFrom(files).texts, [historyTexts[0], historyTexts[2]]);
    await writer.close();
  });

  it('sees a full disk that writes a part and reports no error', () => {
    const files = new MemoryFileSystem();
    let room = 250;
    const full = Object.create(files) as MemoryFileSystem;
    full.write = (descriptor, bytes, position) => {
      if (room === 0) throw errorOf('ENOSPC');
      const count = Math.min(room, bytes.length);
      room -= count;
      return files.write(descriptor, bytes.subarray(0, count), position);
    };
    const writer = JournalWriter.create(full, journalPath, header);
    writer.append([]);
    const before = files.content(journalPath);
    assert.throws(() => {
      for (const commit of commits) writer.append(commit);
    }, /ENOSPC/);
    assert.ok(files.content(journalPath).length >= before.length);
    assert.equal(files.content(journalPath).length, writer.bytes);
  });

  it('takes a write of no bytes for a failure, not for a reason to wait', () => {
    const files = new MemoryFileSystem();
    const {writer} = write();
    writer.syncNow();
    const stuck = Object.create(files) as MemoryFileSystem;
    stuck.write = () => 0;
    assert.throws(() => JournalWriter.create(stuck, journalPath, header), {
      code: 'PERSISTENCE_FAILED',
    });
  });

  it('is broken when it cannot cut back, and says why ever after', async () => {
    const files = new MemoryFileSystem();
    const faulty = new FaultyFiles(files, {
      at: 2,
      isSticky: true,
      code: 'EIO',
      written: 'half',
      only: ['write', 'truncate'],
    });
    const {fileSystem} = faulty;
    const writer = JournalWriter.create(fileSystem, journalPath, header);
    assert.throws(() => writer.append(commits[0]!), /cannot be cut back/);
    faulty.heal();
    assert.equal(writer.isBroken, true);
    const refusal = {
      code: 'PERSISTENCE_FAILED',
      message: /since it has failed: EIO/,
    };
    assert.throws(() => writer.append(commits[0]!), refusal);
    assert.throws(() => writer.syncNow(), refusal);
    await assert.rejects(writer.sync(), refusal);
    await writer.close();
    assert.equal(files.openCount, 0);
  });

  for (const name of ['sync', 'syncNow'] as const) {
    it(`never tries again what has failed in ${name}`, async () => {
      const files = new MemoryFileSystem();
      const faulty = new FaultyFiles(files, {
        at: 1,
        isSticky: false,
        code: 'EIO',
        written: 'none',
        only: ['fdatasync'],
      });
      const {fileSystem} = faulty;
      const writer = JournalWriter.create(fileSystem, journalPath, header);
      writer.append(commits[0]!);
      const sync = async () => writer[name]();
      const waiting = [sync(), sync()];
      for (const wait of waiting) {
        await assert.rejects(wait, {code: 'PERSISTENCE_FAILED'});
      }
      faulty.log.length = 0;
      await assert.rejects(writer.sync(), {code: 'PERSISTENCE_FAILED'});
      assert.throws(() => writer.syncNow(), {code: 'PERSISTENCE_FAILED'});
      assert.throws(() => writer.append([]), {code: 'PERSISTENCE_FAILED'});
      assert.throws(() => writer.moveTo('/x'), {code: 'PERSISTENCE_FAILED'});
      await writer.close();
      assert.deepEqual(faulty.log, ['close']);
    });
  }

  it('acknowledges nothing that waited for a sync when it breaks', async () => {
    const {files, writer} = write();
    let finish = () => {};
    files.syncTakes = () =>
      new Promise(resolve => {
        finish = resolve;
      });
    const running = writer.sync();
    await new Promise(resolve => setTimeout(resolve, 2));
    writer.append(commits[0]!);
    const waiting = writer.sync();
    files.fdatasync = () => {
      throw errorOf('EIO');
    };
    assert.throws(() => writer.syncNow(), /EIO/);
    const closing = writer.close();
    assert.equal(files.openCount, 1, 'a sync still runs');
    finish();
    await assert.rejects(running, {code: 'PERSISTENCE_FAILED'});
    await assert.rejects(waiting, {code: 'PERSISTENCE_FAILED'});
    await closing;
    assert.equal(files.openCount, 0);
  });

  it('keeps the old name when it cannot be renamed', () => {
    const files = new MemoryFileSystem();
    const {fileSystem} = new FaultyFiles(files, {
      at: 1,
      isSticky: false,
      code: 'EIO',
      written: 'none',
      only: ['rename'],
    });
    const writer = JournalWriter.create(fileSystem, '/new', header);
    assert.throws(() => writer.moveTo(journalPath), /renamed to .*: EIO/);
    writer.append(commits[0]!);
    assert.equal(writer.path, '/new');
    assert.equal(readFrom(files, '/new').texts.length, 1);
  });
});

describe('Opening a journal on a failing disk', () => {
  const many = Array.from({length: 8}, () => commits).flat();

  for (const isSticky of [false, true]) {
    const often = isSticky ? 'from the nth call on' : 'once';
    it(`fails with the cause and changes nothing that counts: EIO ${often}`, () => {
      const {bytes} = write(many);
      const torn = bytes.subarray(0, bytes.length - 9);
      const fault = {code: 'EIO', isSticky, written: 'none'} as const;
      let refusals = 0;
      for (let at = 1; ; at++) {
        const files = new MemoryFileSystem().put(journalPath, torn);
        const faulty = new FaultyFiles(files, {...fault, at});
        try {
          const {end} = readFrom(faulty.fileSystem, journalPath, 100);
          JournalWriter.openAtEnd(faulty.fileSystem, journalPath, end);
        } catch (error) {
          refusals++;
          checkFailure(error, fault);
        }
        assert.deepEqual(readFrom(files).texts, textsOf(many).slice(0, -1));
        if (!faulty.hasFired) break;
      }
      assert.ok(refusals > 10);
    });
  }

  it('fails when there is no journal', () => {
    const files = new MemoryFileSystem();
    assert.throws(() => JournalReader.open(files, journalPath), {
      code: 'PERSISTENCE_FAILED',
      message: /shop\.json\.journal cannot be opened: ENOENT/,
    });
  });

  it('fails when the file becomes shorter while it is read', () => {
    const {files} = write(many);
    const reader = JournalReader.open(files, journalPath, 64);
    files.truncate(files.open(journalPath, 'r+'), 1100);
    assert.throws(() => [...reader.records()], {
      code: 'PERSISTENCE_FAILED',
      message: /cut shorter/,
    });
  });
});
