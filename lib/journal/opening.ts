import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {copyAccess} from './access';
import {type FileIdentity, readDataFile} from './data-file-reader';
import {atExitSuffix} from './data-file-writer';
import type {DataStoreOptions} from './store-options';
import {type Disk, realDisk} from './disk';
import type {FileSystem} from './file-system';
import {journalSuffix, orFailed, persistenceFailed} from './failures';
import type {JournalHeader} from './format';
import {JournalWriter} from './journal-writer';
import {recover, type Recovered} from './recovery';
import {type Replacement, replaceJournal} from './replace-journal';

/**
 * Reads the files of a database that this process owns, and gets the journal
 * ready for more; `store` names a new one. A crash in the middle leaves what
 * there was. Fails with DATA_DAMAGED or PERSISTENCE_FAILED.
 */
export function openRecovered(
  file: string,
  store: string,
  {disk = realDisk, report}: Pick<DataStoreOptions, 'disk' | 'report'>,
): {recovered: Recovered; writer: JournalWriter} {
  const recovered = recover(file, disk);
  const {owed, identity, journal, torn} = recovered;
  if (torn !== undefined) {
    report(
      `${file}${journalSuffix} ended in the middle of a commit at byte ` +
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
  const place = file + journalSuffix;
  if (journal !== undefined) {
    const writer = JournalWriter.openAtEnd(fileSystem, place, journal.end);
    return {recovered, writer};
  }
  const header = {store, checkpoint: identity ?? null, firstSequence: 1};
  const content = {payloads: [], like: file};
  const {writer, doubt} = putJournal(file, header, content, disk);
  if (doubt === undefined) return {recovered, writer};
  writer.abandon();
  throw doubt;
}

/**
 * Puts a new journal in the place of a data file's old one, if any. It gets
 * owner and permissions of the file that it is to be like, if that is there.
 * Fails with PERSISTENCE_FAILED, and the old one is still there.
 */
export function putJournal(
  file: string,
  header: JournalHeader,
  content: {
    readonly payloads: readonly string[];
    readonly like: string;
  },
  {files}: Disk,
): Replacement {
  const {like, payloads} = content;
  const model = files.stat(like);
  const share = (journal: string): void => {
    if (model === undefined) return;
    orFailed(journal, 'cannot be shared', () =>
      copyAccess(model, journal, files),
    );
  };
  const place = file + journalSuffix;
  const permissions = model?.permissions;
  return replaceJournal(files, place, header, {payloads, permissions, share});
}

/** No checkpoint takes the place of one that the end of a process left half. */
function removeStray(stray: string, fileSystem: FileSystem): void {
  if (fileSystem.stat(stray) === undefined) return;
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
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    fileSystem.fsyncDirectory(path.dirname(file));
  });
}

/** Fails with PERSISTENCE_FAILED where a file cannot be for want of a directory. */
export function requireDirectoryOf(file: string, {files}: Disk): void {
  const directory = path.dirname(path.resolve(file));
  if (files.stat(directory) !== undefined) return;
  throw persistenceFailed(
    file,
    `cannot be created: its directory ${directory} does not exist; create it`,
  );
}

/**
 * After a failure of the disk nothing is believed that was not read. Fails with
 * PERSISTENCE_FAILED where a data file is not what was written.
 */
export function requireReadable(
  file: string,
  written: FileIdentity,
  {files}: Disk,
): void {
  const read = readDataFile(file, files)?.identity;
  if (read?.size === written.size && read.crc32 === written.crc32) return;
  throw persistenceFailed(file, 'reads otherwise than it was written');
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
  for (let attempt = 1; ; attempt++) {
    try {
      const found = recover(file, disk);
      if (!found.isJournalForeign || attempt === maxAttempts) return found;
    } catch (error) {
      if (attempt === maxAttempts) throw error;
    }
    await sleep(pauseMs);
  }
}
