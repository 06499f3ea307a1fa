import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {placeOf} from './disk/canonical-path';
import type {DataStoreOptions} from './store-options';
import {type Disk, realDisk} from './lock/disk';
import type {FileSystem} from './disk/file-system';
import {codeOf, lookAt, orFailed, requireFile} from './disk/failures';
import {
  atExitSuffix,
  journalSuffix,
  nextJournalSuffix,
  temporarySuffix,
} from './disk/file-names';
import {encodeCommit} from './journal/commit-codec';
import {JournalWriter} from './journal/writer';
import {NextJournal} from './journal/next-journal';
import {requireWritable} from './journal/versions';
import {recover, type Recovered} from './recovery';

/**
 * Reads the files of a database that this process owns, and gets the journal
 * ready for more; `store` names a new one. A crash in the middle leaves what
 * there was. Fails with DATA_DAMAGED, DATA_TOO_NEW or PERSISTENCE_FAILED.
 */
export function openRecovered(
  file: string,
  store: string,
  {
    disk = realDisk,
    edit,
    report,
  }: Pick<DataStoreOptions, 'disk' | 'edit' | 'report'>,
): {recovered: Recovered; writer: JournalWriter} {
  const recovered = recover(file, disk);
  const place = file + journalSuffix;
  requireWritable(place, recovered.journalVersion);
  edit?.(recovered);
  const {owed, torn} = recovered;
  if (torn !== undefined) {
    report(
      `${place} ended in the middle of a commit at byte ` +
        `${torn.tornAt}: ${torn.bytes} bytes that were never acknowledged ` +
        'are left out',
    );
  }
  const fileSystem = disk.files;
  if (owed !== undefined) {
    orFailed(file, 'cannot be replaced', () => {
      fileSystem.rename(owed, file);
      fileSystem.fsyncDirectory(path.dirname(file));
    });
  }
  removeStray(file + atExitSuffix, fileSystem);
  return {recovered, writer: openJournal(file, store, recovered, fileSystem)};
}

/** The journal that was recovered; a new one where it is not to be appended to. */
function openJournal(
  file: string,
  store: string,
  {identity, journal, olderCommits}: Recovered,
  files: FileSystem,
): JournalWriter {
  if (journal !== undefined && olderCommits === undefined) {
    return JournalWriter.openAtEnd(files, file + journalSuffix, journal.end);
  }
  const commits = olderCommits ?? [];
  const header = {
    store: journal?.store ?? store,
    checkpoint: identity ?? null,
    firstSequence: (journal?.end.nextSequence ?? 1) - commits.length,
  };
  const next = new NextJournal(files, file, header, file);
  const {writer, doubt} = next.replace(commits.map(encodeCommit));
  if (doubt === undefined) return writer;
  writer.abandon();
  throw doubt;
}

/** What a database's files are called, by what follows the name of the first. */
const suffixes = [
  '',
  journalSuffix,
  nextJournalSuffix,
  temporarySuffix,
  atExitSuffix,
];

/**
 * Fails with PERSISTENCE_FAILED, and says what it is, when something else than a
 * regular file stands where a file of a database is or will be.
 */
export function requireFiles(file: string, files: FileSystem): void {
  for (const suffix of suffixes) requireFile(file + suffix, files);
}

/** No checkpoint takes the place of one that the end of a process left half. */
function removeStray(stray: string, fileSystem: FileSystem): void {
  if (lookAt(stray, fileSystem) === undefined) return;
  orFailed(stray, 'cannot be removed', () => fileSystem.unlink(stray));
}

/**
 * Gives a checkpoint its name, which it may have got already. Fails with
 * PERSISTENCE_FAILED when that is not on the disk then.
 */
export function giveName(
  temporary: string,
  file: string,
  fileSystem: FileSystem,
): void {
  orFailed(file, 'cannot be replaced', () => {
    try {
      fileSystem.rename(temporary, file);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
    }
    fileSystem.fsyncDirectory(path.dirname(file));
  });
}

/** How often an owner may get in the way, and how long it is given each time. */
const maxAttempts = 20;
const pauseMs = 25;

/**
 * Reads the files of a database beside a process that owns it. Between the look
 * at the journal and at the data file it may replace both: then again.
 */
export async function recoverBesideOwner(
  file: string,
  disk: Disk,
): Promise<Recovered> {
  const place = placeOf(file);
  for (let attempt = 1; ; attempt++) {
    try {
      const found = recover(place, disk);
      if (!found.isJournalForeign || attempt === maxAttempts) return found;
    } catch (error) {
      if (attempt === maxAttempts) throw error;
    }
    await sleep(pauseMs);
  }
}
