import assert from 'node:assert/strict';
import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {
  decodeCommit,
  encodeCommit,
} from '../../lib/persistence/journal/commit-codec';
import {JournalReader} from '../../lib/persistence/journal/reader';
import {journalPath, write} from '../support/persistence/example';
import {MemoryFileSystem} from '../support/persistence/memory-file-system';

const document = readFileSync(
  path.resolve(__dirname, '../../../docs/file-format.md'),
  'utf8',
);

describe('docs/file-format.md', () => {
  const example = /```journal\n([^]*?)```/.exec(document)![1]!;

  it('shows a journal that is read, and written so', () => {
    const files = new MemoryFileSystem();
    files.put(journalPath, Buffer.from(example));
    const reader = JournalReader.open(files, journalPath);
    const records = [...reader.records()];
    assert.ok(records.length > 1);
    assert.equal(reader.endOfJournal.torn, undefined);
    const changes = records.map(record => record.changes);
    assert.equal(write(changes, reader.header).bytes.toString(), example);
  });

  it('shows payloads as they are written', () => {
    const payloads = document.match(/^\{"changes":.*\}$/gm) ?? [];
    assert.ok(payloads.length > 0);
    for (const payload of payloads) {
      assert.equal(encodeCommit(decodeCommit(payload)), payload);
    }
  });
});

describe('docs/durability.md', () => {
  const tests = path.resolve(__dirname, '../../../test');
  const text = readFileSync(path.join(tests, '../docs/durability.md'), 'utf8');
  const named = new Set(
    Array.from(text.matchAll(/`([\w./-]+\.test\.ts)`/g), ([, file]) => file!),
  );

  it('names tests that are there', () => {
    assert.ok(named.size > 20);
    const missing = [...named].filter(
      file => !existsSync(path.join(tests, file)),
    );
    assert.deepEqual(missing, []);
  });
});
