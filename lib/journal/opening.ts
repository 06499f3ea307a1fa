import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import type {DataStoreOptions} from './store-options';
import {type Disk, realDisk} from './disk';
import {journalSuffix, orFailed} from './failures';
import {JournalWriter} from './journal-writer';
import {recover, type Recovered} from './recovery';
import {replaceJournal} from './replace-journal';

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
  const {isRenameOwed, identity, journal, torn} = recovered;
  if (torn !== undefined) {
    report(
      `${file}${journalSuffix} ended in the middle of a commit at byte ` +
        `${torn.tornAt}: ${torn.bytes} bytes that were never acknowledged ` +
        'are left out',
    );
  }
  const fileSystem = disk.files;
  if (isRenameOwed) {
    orFailed(file, 'cannot be replaced', () => {
      fileSystem.rename(`${file}.tmp`, file);
      fileSystem.fsyncDirectory(path.dirname(file));
    });
  }
  const place = file + journalSuffix;
  if (journal !== undefined) {
    const writer = JournalWriter.openAtEnd(fileSystem, place, journal.end);
    return {recovered, writer};
  }
  const header = {store, checkpoint: identity ?? null, firstSequence: 1};
  const {writer, doubt} = replaceJournal(fileSystem, place, header, {
    commits: [],
    permissions: fileSystem.stat(file)?.permissions,
  });
  if (doubt === undefined) return {recovered, writer};
  writer.abandon();
  throw doubt;
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
