import type {Damage} from '../persistence/disk/damage';
import {commandLine} from '../persistence/disk/command-line';
import {nextIdOf} from '../persistence/salvage/identified-rows';
import type {Inspection, JournalFacts} from '../persistence/inspection';
import {formatVersion, isNewer} from '../persistence/journal/versions';
import {rowDamages} from '../persistence/salvage/verify-rows';
import type {Arguments} from './arguments';
import {listDamages} from './damage-list';
import {inspectShown, type Progress, withProgress} from './progress';
import {columns, count, print, showBytes} from './terminal';

/** Shows what is in the files; returns the exit code. */
export async function info({file, isJson}: Arguments): Promise<number> {
  const inspection = await withProgress(isJson, progress =>
    inspectShown(file, progress),
  );
  const {dataBytes, damages, journal, lock} = inspection;
  const models = modelsOf(inspection);
  if (isJson) {
    print(
      JSON.stringify({
        file: inspection.file,
        bytes: dataBytes ?? null,
        models,
        journal: journalJson(inspection),
        lock: lockJson(inspection),
        damages,
      }),
    );
  } else {
    const size = dataBytes === undefined ? 'is missing' : showBytes(dataBytes);
    print(`Data file  ${inspection.file}, ${size}`);
    print(
      `Journal    ${journal === undefined ? 'none' : journalText(inspection)}`,
    );
    print(`Owner      ${ownerText(lock)}`);
    const rows = models.map(({model, rows, nextId}) => [model, rows, nextId]);
    print(rows.length === 0 ? 'No models.' : columns([header, ...rows]));
    if (damages.length > 0) print(damageText(inspection));
  }
  return damages.length > 0 ? 1 : 0;
}

const header = ['model', 'rows', 'next id'];

/** Verifies the files; returns the exit code. */
export async function check({file, isJson}: Arguments): Promise<number> {
  const {damages, inspection} = await withProgress(isJson, progress =>
    verify(file, progress),
  );
  const {journal, lock} = inspection;
  const rows = modelsOf(inspection).reduce((sum, {rows}) => sum + rows, 0);
  const isSound = damages.length === 0;
  if (isJson) {
    const {file} = inspection;
    const facts = {
      journal: journalJson(inspection),
      lock: lockJson(inspection),
    };
    print(JSON.stringify({file, isSound, rows, damages, ...facts}));
  } else if (isSound) {
    const commits = count(journal?.commits ?? 0, 'commit');
    print(
      `${inspection.file} is sound: ${count(rows, 'row')}, ${commits} in the journal.`,
    );
    if (journal?.torn !== undefined) {
      const {bytes, tornAt} = journal.torn;
      const cause =
        lock.kind === 'owned'
          ? 'the owner is writing it'
          : 'a crash cut it off; it was never acknowledged and is left out';
      print(
        `The journal ends in the middle of a commit: ${count(bytes, 'byte')} from byte ${tornAt} on (${cause}).`,
      );
    }
    if (isReadOnly(journal)) print(`The journal is ${newerText(journal)}.`);
  } else print(damageText({...inspection, damages}));
  return isSound ? 0 : 1;
}

/** The files, and all that is wrong with them and with their rows. */
async function verify(
  file: string,
  progress: Progress,
): Promise<{inspection: Inspection; damages: readonly Damage[]}> {
  const inspection = await inspectShown(file, progress);
  const {damages, dataBytes = 0} = inspection;
  if (damages.length > 0) return {inspection, damages};
  progress.say('Checking rows', dataBytes);
  return {inspection, damages: rowDamages(inspection.file)};
}

function damageText({file, damages}: Inspection): string {
  return `${file} is damaged:\n${listDamages(damages)}\nTo save what can be saved, run: ${commandLine('repair', file)}`;
}

interface ModelFacts {
  readonly model: string;
  readonly rows: number;
  readonly nextId: number;
}

/** The models of the files by name, with their sizes. O(rows). */
export function modelsOf({tables}: Pick<Inspection, 'tables'>): ModelFacts[] {
  return [...tables.values()]
    .map(table => ({
      model: table.name,
      rows: table.size,
      nextId: nextIdOf(table),
    }))
    .toSorted((a, b) => (a.model < b.model ? -1 : 1));
}

function journalJson({journal}: Inspection): object | null {
  if (journal === undefined) return null;
  const {bytes, commits, laterCommits, torn, version} = journal;
  return {
    bytes,
    formatVersion: version ?? null,
    commits,
    commitsAfterDamage: laterCommits,
    torn: torn ? {offset: torn.tornAt, bytes: torn.bytes} : null,
  };
}

/** Whether a journal is of a version that this package reads and does not write. */
function isReadOnly(
  journal: JournalFacts | undefined,
): journal is JournalFacts & {version: number} {
  return journal?.version !== undefined && isNewer(journal.version);
}

function newerText({version}: {readonly version: number}): string {
  return (
    `of version ${version} of its format, of which this package knows ` +
    `${formatVersion}: it is only read`
  );
}

function journalText({journal}: Inspection): string {
  const {bytes, commits, laterCommits, torn} = journal!;
  const later = laterCommits > 0 ? `, ${laterCommits} more behind damage` : '';
  const tail =
    torn === undefined
      ? ''
      : `, torn tail of ${count(torn.bytes, 'byte')} from byte ${torn.tornAt} on`;
  const newer = isReadOnly(journal) ? `, ${newerText(journal)}` : '';
  return `${count(commits, 'commit')}, ${showBytes(bytes)}${later}${tail}${newer}`;
}

function lockJson({lock}: Inspection): object {
  const {kind, ...rest} = lock;
  return {state: kind, ...rest};
}

function ownerText(lock: Inspection['lock']): string {
  switch (lock.kind) {
    case 'owned':
      return lock.owner;
    case 'free':
      return 'none';
    default:
      return `cannot be told: ${lock.reason}`;
  }
}
