import {InMemoryError} from '../base/errors';
import {placeOf} from '../persistence/disk/canonical-path';
import type {DataFileContent} from '../persistence/data-file/text';
import {writeDataFile} from '../persistence/data-file/writer';
import {DataStore} from '../persistence/data-store';
import {
  atExitSuffix,
  journalSuffix,
  temporarySuffix,
} from '../persistence/disk/file-names';
import {requireWritable} from '../persistence/journal/versions';
import {realDisk} from '../persistence/lock/disk';
import {acquireLock} from '../persistence/lock/file-lock';
import {requireFiles} from '../persistence/opening';
import {inspect, type Inspection, sizesOf} from '../persistence/inspection';
import {
  keepOriginals,
  type KeptFile,
  removeFile,
} from '../persistence/data-file/plain-files';
import type {RecoveredTable} from '../persistence/recovered-table';
import type {Recovered} from '../persistence/recovery';
import {emptyVersion} from '../store/version';
import {defaultDialect} from '../value/dialect';
import {fileContent} from './file-rows';

/** The tables of a file by name. */
export type FileTables = Map<string, RecoveredTable>;

/**
 * Opens the files of a database without any model, lets `edit` change their
 * tables, and brings the data file up to date with the journal and these changes
 * at once. `edit` says whether it has changed anything; when it throws, the files
 * are as they were, and where there were none there are none. Fails as
 * {@link DataStore.open} does.
 */
export async function editFile(
  file: string,
  edit: (tables: FileTables) => boolean,
): Promise<void> {
  const version = emptyVersion(defaultDialect);
  let isEdited = false;
  const edited = ({tables}: Recovered): void => {
    isEdited = edit(tables);
  };
  const choices = {...options, edit: edited};
  const store: DataStore = await DataStore.open(file, choices, {
    settle: () => undefined,
    keep: () => version,
    sequences: new Map(),
    takeBack: () => undefined,
    content: () => contentOf(store.recovered),
  });
  if (isEdited) store.noteChange();
  await store.close();
}

const options = {
  fsync: 'always',
  lockTimeoutMs: 0,
  checkpointsCommits: false,
  idleMs: 0,
  isReadOnly: false,
  report: () => undefined,
} as const;

function contentOf({
  tables,
  unknown,
}: Pick<Inspection, 'tables' | 'unknown'>): DataFileContent {
  const version = emptyVersion(defaultDialect);
  return fileContent(version, tables, {unknown, sequences: new Map()});
}

/** What a repair has done. */
export interface Repair {
  /** What was wrong, and what was saved. */
  readonly inspection: Inspection;
  /** The files as they were, under their new names; empty if all was well. */
  readonly kept: readonly KeptFile[];
}

/**
 * Writes a data file with all that can be saved of damaged files, which are kept
 * under other names. Sound files are left alone. Fails with DATA_LOCKED when a
 * process owns them, with DATA_DAMAGED when nothing at all can be saved, and with
 * DATA_TOO_NEW when they are of a version that is not written.
 *
 * The new file takes the place of the old one at once; only then the journal
 * goes. After a crash in between the journal belongs to another file, which
 * repairing again mends.
 */
export async function repairFile(
  file: string,
  choices: Parameters<typeof inspect>[1],
): Promise<Repair> {
  sizesOf(placeOf(file));
  const lock = await acquireLock(file, {timeoutMs: 0});
  let isTouched = false;
  try {
    requireFiles(lock.path, realDisk.files);
    const inspection = await inspect(lock.path, {...choices, isOwner: true});
    if (inspection.damages.length === 0) return {inspection, kept: []};
    const journal = lock.path + journalSuffix;
    requireWritable(journal, inspection.journal?.version);
    refuseNothing(inspection);
    const temporary = lock.path + temporarySuffix;
    const atExit = lock.path + atExitSuffix;
    const content = contentOf(inspection);
    isTouched = true;
    const kept = keepOriginals([lock.path, journal, temporary, atExit]);
    lock.ensureHeld();
    await writeDataFile(lock.path, content);
    removeFile(journal);
    return {inspection, kept};
  } finally {
    if (isTouched) lock.release();
    else lock.abandon();
  }
}

function refuseNothing(inspection: Inspection): void {
  const {damages, dataBytes, file, journal, tables} = inspection;
  const hasRows = [...tables.values()].some(({size}) => size > 0);
  if (hasRows) return;
  const other = damages.find(({isOtherForm}) => isOtherForm);
  const isEmpty = dataBytes === 0 ? ', which is empty (0 bytes)' : '';
  const why = other?.problem ?? 'no row of it can be read';
  const later = laterText(journal?.laterCommits ?? 0);
  throw new InMemoryError(
    'DATA_DAMAGED',
    `Nothing can be saved from ${file}${isEmpty}: ${why}. ${later}` +
      'Nothing was changed.',
    {file},
  );
}

function laterText(laterCommits: number): string {
  return laterCommits === 0
    ? ''
    : 'There are sound commits behind damage in its journal; --after-damage ' +
        'takes them. ';
}
