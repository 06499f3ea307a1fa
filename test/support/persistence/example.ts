import assert from 'node:assert/strict';
import {
  encodeCommit,
  type TableChange,
} from '../../../lib/persistence/journal/commit-codec';
import type {FileSystem} from '../../../lib/persistence/disk/file-system';
import type {JournalHeader} from '../../../lib/persistence/journal/format';
import {
  type JournalEnd,
  JournalReader,
} from '../../../lib/persistence/journal/reader';
import {JournalWriter} from '../../../lib/persistence/journal/writer';
import {MemoryFileSystem} from './memory-file-system';
import {requireCode} from '../errors';

export const journalPath = '/app/shop.json.journal';

export const header: JournalHeader = {
  store: '0123456789abcdef0123456789abcdef',
  checkpoint: {bytes: 1234, crc32: 0xdeadbeef},
  firstSequence: 15,
};

type Commit = readonly TableChange[];

/** Commits of all kinds. */
export const commits: readonly Commit[] = [
  [{table: 'City', put: [[1, {id: 1, name: 'Kraków'}]], next: 2}],
  [
    {table: 'City', del: [1, 'two', 3n]},
    {table: 'Land', put: [['fr', {id: 'fr', since: new Date(0)}]]},
  ],
  [{table: 'City', truncate: true, next: 1}],
  [
    {
      table: 'Key',
      put: [[[new Date(5), 7n], {at: new Date(5), n: 7n, b: Buffer.from('x')}]],
    },
  ],
  [],
  [{table: 'Log', put: [[1, {text: '\ud800\n\0 "'}]], next: 9}],
  [{table: 'Log', next: 2, restartsIds: true}],
];

/** Writes a journal of some commits to memory. */
export function write(all: readonly Commit[] = commits, first = header) {
  const files = new MemoryFileSystem();
  const writer = JournalWriter.create(files, journalPath, first);
  const edges = [writer.bytes];
  for (const commit of all) {
    writer.append(commit);
    edges.push(writer.bytes);
  }
  return {files, writer, edges, bytes: files.content(journalPath)};
}

/** What a reader makes of a journal. */
export interface Reading {
  readonly header: JournalHeader | undefined;
  /** The commits as text, each by its own. */
  readonly texts: readonly string[];
  readonly end: JournalEnd;
}

/** Reads the whole journal of a file system. */
export function readFrom(
  files: FileSystem,
  path = journalPath,
  chunkBytes?: number,
): Reading {
  const reader = JournalReader.open(files, path, chunkBytes);
  try {
    const texts = Array.from(reader.records(), record =>
      encodeCommit(record.changes),
    );
    return {header: reader.header, texts, end: reader.endOfJournal};
  } finally {
    reader.close();
  }
}

/** Reads bytes as a journal. */
export function read(bytes: Buffer, chunkBytes?: number): Reading {
  const files = new MemoryFileSystem().put(journalPath, bytes);
  return readFrom(files, journalPath, chunkBytes);
}

/** The texts of commits, as a reading has them. */
export function textsOf(all: readonly Commit[]): string[] {
  return all.map(encodeCommit);
}

export const historyTexts = textsOf(commits);

/** The error with which bytes are refused; undefined when they are read. */
export function refusalOf(
  bytes: Buffer,
): {code: string; message: string; offset: number} | undefined {
  try {
    read(bytes);
    return undefined;
  } catch (error) {
    requireCode(error, 'DATA_DAMAGED');
    const {code, message, details} = error as any;
    return {code, message, offset: details.offset};
  }
}

/** How many commits of the history were read; fails unless they are a prefix. */
export function prefixLength({texts}: Reading, history = historyTexts): number {
  assert.deepEqual(texts, history.slice(0, texts.length));
  return texts.length;
}
