import {realDisk} from './lock/disk';
import {setTimeout as sleep} from 'node:timers/promises';
import {InMemoryError} from '../base/errors';
import {placeOf} from './disk/canonical-path';
import type {TableChange} from './journal/commit-codec';
import {type Damage, damageOf} from './disk/damage';
import {blankDataFile, type DataFile, parseDataFile} from './data-file/reader';
import {journalSuffix} from './disk/file-names';
import {type LockState, lockState} from './lock/probe';
import type {JournalHeader} from './journal/format';
import type {TornTail} from './journal/reader';
import {bytesOf, readBytes} from './data-file/plain-files';
import type {RecoveredTable} from './recovered-table';
import {findOwed, isSame, recover, recovered} from './recovery';
import {salvageData, type ToldBytes} from './salvage/data-file';
import {type SalvagedJournal, salvageJournal} from './salvage/journal';

/** What to take from damaged files. */
export interface InspectionOptions {
  /** Also the sound commits that stand behind damage in the journal. */
  readonly takesLater?: boolean;
  /** Nothing of the journal. */
  readonly leavesJournal?: boolean;
  /** Whether the caller owns the files, so that nobody else writes them. */
  readonly isOwner?: boolean;
  /** Told how far the saving of rows from a damaged data file is. */
  readonly at?: ToldBytes | undefined;
}

/** The files of a database as they are: what they hold, what is wrong. */
export interface Inspection {
  /** The data file, without symbolic links. */
  readonly file: string;
  readonly lock: LockState;
  /** The rows; of damaged files those that can be saved. */
  readonly tables: Map<string, RecoveredTable>;
  /** Members of the data file that are not ours, as it has them. */
  readonly unknown: ReadonlyMap<string, string>;
  /** The size of the data file; undefined when there is none. */
  readonly dataBytes: number | undefined;
  /** Whether the data file has nothing in it and is a new store. */
  readonly isBlank: boolean;
  readonly journal: JournalFacts | undefined;
  /** What is wrong; empty when the files are sound. */
  readonly damages: readonly Damage[];
  /** What is not among the rows; only of damaged files. */
  readonly losses: readonly Damage[];
}

/** What is known of a journal. */
export interface JournalFacts {
  readonly bytes: number;
  /** The version of its format; undefined when that cannot be read. */
  readonly version: number | undefined;
  /** How many commits are in it that the data file has not. */
  readonly commits: number;
  /** How many sound ones stand behind damage. */
  readonly laterCommits: number;
  readonly torn: TornTail | undefined;
}

const readAttempts = 10;
const pauseMs = 50;

/**
 * Looks at the files of a database and changes nothing; a live owner may go on
 * writing meanwhile. Fails with PERSISTENCE_FAILED when neither data file nor
 * journal is there, or when they cannot be read, and with DATA_TOO_NEW when they
 * are for newer readers.
 */
export async function inspect(
  file: string,
  options: InspectionOptions = {},
): Promise<Inspection> {
  const place = placeOf(file);
  for (let attempt = 1; ; attempt++) {
    const lock = lockState(place);
    const inspection = inspectOnce(place, lock, options);
    // An owner may have finished a checkpoint between the two files.
    const mayChange = lock.kind === 'owned' && options.isOwner !== true;
    const isSettled = inspection.damages.length === 0 || !mayChange;
    if (isSettled || attempt === readAttempts) return inspection;
    await sleep(pauseMs);
  }
}

function inspectOnce(
  file: string,
  lock: LockState,
  options: InspectionOptions,
): Inspection {
  const {dataBytes, journalBytes} = sizesOf(file);
  const base = {file, lock, dataBytes};
  try {
    const found = recover(file);
    const {tables, unknown, isBlank, journal, journalVersion, torn} = found;
    const facts =
      journalBytes === undefined
        ? undefined
        : {
            bytes: journalBytes,
            version: journalVersion,
            commits: journal?.commits ?? 0,
            laterCommits: 0,
            torn,
          };
    const content = {tables, unknown, isBlank, journal: facts};
    return {...base, ...content, damages: [], losses: []};
  } catch (error) {
    const damage = damageOf(error, file);
    return {...base, ...salvaged(file, damage, options)};
  }
}

/** The sizes of the files of a database, which may be missing. */
export interface FileSizes {
  readonly dataBytes: number | undefined;
  readonly journalBytes: number | undefined;
}

/**
 * How much there is to look at. Fails with PERSISTENCE_FAILED when neither data
 * file nor journal is there.
 */
export function sizesOf(file: string): FileSizes {
  const dataBytes = bytesOf(file);
  const journalBytes = bytesOf(file + journalSuffix);
  if (journalBytes !== undefined || dataBytes !== undefined) {
    return {dataBytes, journalBytes};
  }
  throw new InMemoryError(
    'PERSISTENCE_FAILED',
    `${file} does not exist, and neither does ${file}${journalSuffix}.`,
    {file},
  );
}

type Salvaged = Pick<
  Inspection,
  'tables' | 'unknown' | 'isBlank' | 'journal' | 'damages' | 'losses'
>;

function salvaged(
  file: string,
  refusal: Damage,
  options: InspectionOptions,
): Salvaged {
  const path = file + journalSuffix;
  const bytes = bytesOf(path);
  const journal = bytes === undefined ? undefined : salvageJournal(path);
  const data = readData(file, journal, options);
  const damages = [...data.losses, ...(journal?.damages ?? [])];
  // The files are sound, each by itself.
  if (damages.length === 0) damages.push(refusal);
  const {taken, losses} = takenOf(path, journal, options);
  const {tables, unknown} = recovered(data.content, taken, {});
  return {
    tables,
    unknown,
    isBlank: false,
    journal: journal && {
      bytes: bytes!,
      version: journal.version,
      commits: journal.commits.length,
      laterCommits: journal.later.length,
      torn: journal.torn,
    },
    damages,
    losses: [...data.losses, ...(journal?.damages ?? []), ...losses],
  };
}

interface ReadData {
  readonly content: DataFile | undefined;
  readonly losses: readonly Damage[];
}

/** The data file, or the one that was to take its place, or what is left. */
function readData(
  file: string,
  journal: SalvagedJournal | undefined,
  {at}: InspectionOptions,
): ReadData {
  const bytes = readBytes(file);
  const header = journal?.header;
  const strict = bytes && readStrictly(file, bytes, header);
  if (header !== undefined && !isSame(header.checkpoint, strict?.content)) {
    const next = findOwed(file, header.checkpoint, realDisk);
    if (next !== undefined) return {content: next.data, losses: []};
  }
  if (bytes === undefined) return {content: undefined, losses: []};
  if (strict!.content !== undefined) return strict!;
  const {bytes: sound, losses, savedRows} = salvageData(file, bytes, at);
  const content = parseDataFile(file, sound);
  const isUseful = losses.length > 0 && savedRows > 0;
  return {content, losses: isUseful ? losses : strict!.losses};
}

function readStrictly(
  file: string,
  bytes: Buffer,
  header: JournalHeader | undefined,
): ReadData {
  const blank = header && blankDataFile(bytes);
  if (blank && isSame(header.checkpoint, blank)) {
    return {content: blank, losses: []};
  }
  try {
    return {content: parseDataFile(file, bytes), losses: []};
  } catch (error) {
    return {content: undefined, losses: [damageOf(error, file)]};
  }
}

/** The commits that are folded in, and which are not although they could be. */
function takenOf(
  path: string,
  journal: SalvagedJournal | undefined,
  {takesLater = false, leavesJournal = false}: InspectionOptions,
): {taken: (readonly TableChange[])[]; losses: Damage[]} {
  const {commits = [], later = []} = journal ?? {};
  const taken = leavesJournal ? [] : [...commits];
  if (takesLater && !leavesJournal) {
    taken.push(...later.map(({changes}) => changes));
    return {taken, losses: []};
  }
  const losses: Damage[] = [];
  if (leavesJournal && commits.length > 0) {
    const problem = `${commits.length} sound commits were left out, as asked`;
    losses.push({file: path, problem, offset: 0});
  }
  if (later.length > 0) {
    const {offset} = later[0]!;
    const problem =
      `${later.length} sound commits stand behind the damage; ` +
      '--after-damage takes them';
    losses.push({file: path, problem, offset});
  }
  return {taken, losses};
}
