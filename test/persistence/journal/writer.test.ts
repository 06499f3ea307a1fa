import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {encodeCommit} from '../../../lib/persistence/journal/commit-codec';
import {JournalWriter} from '../../../lib/persistence/journal/writer';
import {tryOften} from '../../support/random';
import {
  commits,
  header,
  historyTexts,
  journalPath,
  readFrom,
  textsOf,
  write,
} from '../../support/persistence/example';
import {inSmallSteps} from '../../support/persistence/faults';
import {MemoryFileSystem} from '../../support/persistence/memory-file-system';
import {anyCommit} from '../../support/persistence/rows.arbitrary';

describe('JournalWriter', () => {
  it('numbers records from the first number of the header on', () => {
    const {writer} = write([]);
    assert.deepEqual([writer.append([]), writer.append([])], [15, 16]);
    assert.equal(writer.nextSequence, 17);
  });

  it('makes a file that is on the disk once it was synced', () => {
    const {files, writer} = write([]);
    assert.equal(files.synced(journalPath).length, 0);
    writer.syncNow();
    assert.deepEqual(files.synced(journalPath), files.content(journalPath));
  });

  it('does not make a journal where a file is', () => {
    const files = new MemoryFileSystem().put(journalPath, Buffer.from('x'));
    assert.throws(() => JournalWriter.create(files, journalPath, header), {
      code: 'PERSISTENCE_FAILED',
    });
    assert.equal(files.content(journalPath).toString(), 'x');
  });

  it('writes what is read again, whatever it is and however it is read', () => {
    const small = fc.integer({min: 1, max: 300});
    tryOften(
      fc.property(fc.array(anyCommit), small, small, (all, step, chunk) => {
        const files = inSmallSteps(new MemoryFileSystem(), step);
        const writer = JournalWriter.create(files, journalPath, header);
        for (const commit of all) writer.append(commit);
        const reading = readFrom(files, journalPath, chunk);
        assert.deepEqual(reading.header, header);
        assert.deepEqual(reading.texts, textsOf(all));
        assert.equal(reading.end.torn, undefined);
      }),
    );
  });

  it('goes on where a journal was cut, at every byte', () => {
    const {bytes, edges} = write();
    for (let size = edges[0]!; size <= bytes.length; size++) {
      const cut = Buffer.from(bytes.subarray(0, size));
      const files = new MemoryFileSystem().put(journalPath, cut);
      const before = readFrom(files);
      const writer = JournalWriter.openAtEnd(files, journalPath, before.end);
      assert.deepEqual(files.synced(journalPath), files.content(journalPath));
      assert.equal(writer.append(commits[0]!), before.end.nextSequence);
      const {texts, end} = readFrom(files);
      assert.deepEqual(texts, [...before.texts, historyTexts[0]]);
      assert.equal(end.torn, undefined);
    }
  });

  it('does not go on when the file has become shorter', () => {
    const {files} = write();
    const {end} = readFrom(files);
    files.put(journalPath, files.content(journalPath).subarray(0, 300));
    assert.throws(() => JournalWriter.openAtEnd(files, journalPath, end), {
      code: 'PERSISTENCE_FAILED',
    });
  });

  it('takes the place of another journal', () => {
    const {files} = write();
    const fresh = `${journalPath}.new`;
    const writer = JournalWriter.create(files, fresh, header);
    writer.append(commits[1]!);
    writer.moveTo(journalPath);
    assert.equal(writer.path, journalPath);
    assert.equal(files.stat(fresh), undefined);
    writer.append(commits[2]!);
    assert.deepEqual(readFrom(files).texts, historyTexts.slice(1, 3));
  });

  it('refuses a commit that cannot be written as JSON, and goes on', () => {
    const {files, writer} = write([]);
    let deep: unknown = 1;
    for (let depth = 0; depth < 100_000; depth++) deep = [deep];
    const tooDeep = [{table: 'Log', put: [[1, {deep}] as const]}];
    assert.throws(() => writer.append(tooDeep), {
      code: 'PERSISTENCE_FAILED',
      message: /cannot hold a commit: Maximum call stack/,
    });
    writer.append(commits[0]!);
    assert.deepEqual(readFrom(files).texts, historyTexts.slice(0, 1));
  });

  it('syncs at the call when asked to', () => {
    const {files, writer} = write();
    writer.syncNow();
    assert.deepEqual(files.synced(journalPath), files.content(journalPath));
  });

  it('syncs and closes the file once, and takes nothing more', async () => {
    const {files, writer} = write();
    const closing = writer.close();
    assert.throws(() => writer.append([]), {message: /is closed/});
    await Promise.all([closing, writer.close()]);
    assert.equal(files.openCount, 0);
    assert.deepEqual(files.synced(journalPath), files.content(journalPath));
    await assert.rejects(writer.sync(), {code: 'PERSISTENCE_FAILED'});
    assert.throws(() => writer.syncNow(), {code: 'PERSISTENCE_FAILED'});
  });

  it('costs a commit the bytes of its record, not of the journal', () => {
    const {writer, edges} = write();
    const before = writer.bytes;
    writer.append(commits[0]!);
    assert.equal(writer.bytes - before, edges[1]! - edges[0]!);
    assert.ok(writer.bytes - before < encodeCommit(commits[0]!).length + 40);
  });
});
