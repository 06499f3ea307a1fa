import type {InMemoryError} from '../base/errors';
import type {TableChange} from './journal/commit-codec';
import {type DataFile, readDataFile} from './data-file/reader';
import {damageOf, journalDamaged} from './disk/damage';
import {lookAt} from './disk/failures';
import {
  atExitSuffix,
  damagedSuffix,
  journalSuffix,
  temporarySuffix,
} from './disk/file-names';
import type {FileSystem} from './disk/file-system';
import {type Disk, realDisk} from './lock/disk';
import type {CheckpointIdentity} from './journal/format';
import {type JournalEnd, JournalReader, type TornTail} from './journal/reader';
import {isBefore} from './journal/versions';
import {RecoveredTable} from './recovered-table';

type Commit = readonly TableChange[];

/** What the files of a database hold. */
export interface Recovered {
  readonly tables: Map<string, RecoveredTable>;
  readonly unknown: ReadonlyMap<string, string>;
  /** The data file as it was read; undefined when there is none. */
  readonly identity: CheckpointIdentity | undefined;
  /** The journal to go on with; undefined when a new one is needed. */
  readonly journal: JournalPlace | undefined;
  /** The version of the journal's format; undefined when there is none. */
  readonly journalVersion: number | undefined;
  /** The commits of a journal of an older version, which is not appended to. */
  readonly olderCommits: readonly Commit[] | undefined;
  /** Whether the journal, which has no commits, follows another data file. */
  readonly isJournalForeign: boolean;
  /** Whether the data file is there and has nothing in it, nor a journal. */
  readonly isBlank: boolean;
  /** What a crash has left at the end of the journal. */
  readonly torn: TornTail | undefined;
  /** The file of a checkpoint that must still be given its name, if any. */
  readonly owed: string | undefined;
}

/** A journal that fits the data file, and where it ends. */
export interface JournalPlace {
  readonly store: string;
  readonly end: JournalEnd;
  readonly commits: number;
}

/**
 * Reads a data file and its journal, and changes nothing.
 *
 *   db.json          the last checkpoint
 *   db.json.journal  the commits after it; names the checkpoint that it follows
 *   db.json.tmp      a checkpoint that is being written; db.json.exit.tmp is
 *                    one that the end of a process writes
 *
 * A checkpoint is finished in this order: the temporary file is whole and
 * synced; a new journal that names it takes the place of the old one; the
 * temporary file takes the place of the old checkpoint. After a crash between
 * the last two the journal names the temporary file, and the rename is owed.
 *
 * Fails with DATA_DAMAGED when the files do not fit together, and with
 * DATA_TOO_NEW when they are for newer readers.
 */
export function recover(file: string, disk: Disk = realDisk): Recovered {
  const {files: fileSystem} = disk;
  const journal = file + journalSuffix;
  const records: Commit[] = [];
  if (lookAt(journal, fileSystem) === undefined) {
    const data = readDataFile(
      file,
      fileSystem,
      () => !hasRemains(file, fileSystem),
    );
    return recovered(data, records, {});
  }
  const reader = JournalReader.open(fileSystem, journal);
  try {
    for (const {changes} of reader.records()) records.push(changes);
  } finally {
    reader.close();
  }
  const {header, endOfJournal: end, version: journalVersion} = reader;
  const {torn} = end;
  const olderCommits = commitsOfOlder(journalVersion, records);
  const found = {torn, journalVersion, ...olderCommits};
  const named = header?.checkpoint ?? null;
  const data = readDataFile(
    file,
    fileSystem,
    blank => isSame(named, blank) || findOwed(file, named, disk) !== undefined,
  );
  if (header === undefined) throw withoutHeader(journal, torn!.bytes);
  const place = {store: header.store, end, commits: records.length};
  if (isSame(header.checkpoint, data)) {
    return recovered(data, records, {...found, journal: place});
  }
  const next = findOwed(file, header.checkpoint, disk);
  if (next !== undefined) {
    const owed = next.path;
    return recovered(next.data, records, {...found, journal: place, owed});
  }
  if (records.length === 0) {
    return recovered(data, records, {...found, isJournalForeign: true});
  }
  throw withoutDataFile(file, data, records.length);
}

function withoutDataFile(
  file: string,
  data: DataFile | undefined,
  commits: number,
): InMemoryError {
  const which =
    data === undefined
      ? `a ${file} that is not there: it was deleted or moved away`
      : `another ${file}: that one was edited or replaced`;
  return journalDamaged(
    file + journalSuffix,
    0,
    `it holds ${commits} commits that follow ${which}, or the journal is of ` +
      'another file',
  );
}

/** The commits of a journal of an older version, which is not gone on with. */
function commitsOfOlder(
  version: number | undefined,
  olderCommits: readonly Commit[],
): {readonly olderCommits?: readonly Commit[]} {
  return version !== undefined && isBefore(version) ? {olderCommits} : {};
}

/** Whether something beside a data file tells that there were rows in it. */
function hasRemains(file: string, files: FileSystem): boolean {
  const suffixes = [
    temporarySuffix,
    atExitSuffix,
    `${damagedSuffix}1`,
    `${journalSuffix}${damagedSuffix}1`,
  ];
  return suffixes.some(suffix => lookAt(file + suffix, files) !== undefined);
}

/** No crash leaves such a journal: it gets its name when it is on the disk. */
function withoutHeader(journal: string, bytes: number): InMemoryError {
  const size = bytes === 0 ? 'it is empty (0 bytes)' : 'its header is cut off';
  const what =
    `${size}, so whatever commits it held are gone; if there were none, ` +
    'delete it';
  return journalDamaged(journal, 0, what);
}

/** What a data file and the commits after it hold together. */
export function recovered(
  data: DataFile | undefined,
  records: readonly Commit[],
  rest: {
    torn?: TornTail | undefined;
    journal?: JournalPlace;
    journalVersion?: number | undefined;
    olderCommits?: readonly Commit[];
    owed?: string;
    isJournalForeign?: boolean;
  },
): Recovered {
  const tables = new Map<string, RecoveredTable>();
  for (const [name, table] of data?.tables ?? []) {
    tables.set(name, new RecoveredTable(name, table));
  }
  for (const change of records.flat()) addTo(tables, change);
  return {
    tables,
    unknown: data?.unknown ?? new Map(),
    identity: data && identityOf(data),
    journal: rest.journal,
    journalVersion: rest.journalVersion,
    olderCommits: rest.olderCommits,
    isBlank: data?.isBlank === true && records.length === 0,
    torn: rest.torn,
    isJournalForeign: rest.isJournalForeign === true,
    owed: rest.owed,
  };
}

function addTo(tables: Recovered['tables'], change: TableChange): void {
  const {isDropped, table: name} = change;
  const table = tables.get(name) ?? new RecoveredTable(name, undefined);
  table.add(change);
  if (isDropped) tables.delete(name);
  else tables.set(name, table);
}

/** The checkpoint that a journal names, where it has not got its name yet. */
export function findOwed(
  file: string,
  checkpoint: CheckpointIdentity | null,
  disk: Disk,
): {readonly path: string; readonly data: DataFile} | undefined {
  for (const suffix of [temporarySuffix, atExitSuffix]) {
    const path = file + suffix;
    const data = readDataFileOrNothing(path, disk);
    if (data !== undefined && isSame(checkpoint, data)) return {path, data};
  }
  return undefined;
}

/** A temporary file may be cut off anywhere: then it is none. */
function readDataFileOrNothing(
  file: string,
  {files}: Disk,
): DataFile | undefined {
  try {
    return readDataFile(file, files);
  } catch (error) {
    // One that the disk does not give may be whole.
    damageOf(error, file);
    return undefined;
  }
}

function identityOf({identity}: DataFile): CheckpointIdentity {
  return {bytes: identity.size, crc32: identity.crc32};
}

/** Whether a data file is the one that a journal names. */
export function isSame(
  named: CheckpointIdentity | null,
  data: DataFile | undefined,
): boolean {
  if (named === null || data === undefined) {
    return named === null && data === undefined;
  }
  const {bytes, crc32} = identityOf(data);
  return named.bytes === bytes && named.crc32 === crc32;
}
