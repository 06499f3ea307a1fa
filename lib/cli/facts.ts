import {commandLine} from '../persistence/disk/command-line';
import type {Damage} from '../persistence/disk/damage';
import type {Inspection, JournalFacts} from '../persistence/inspection';
import {
  formatVersion,
  isNewer,
  repairByNewer,
} from '../persistence/journal/versions';
import {nextIdOf} from '../persistence/salvage/identified-rows';
import {keptForm} from '../schema/kept';
import {listDamages} from './damage-list';
import {count, showBytes} from './terminal';

interface ModelFacts {
  readonly model: string;
  readonly rows: number;
  readonly nextId: number;
  /** For what the rows were written, as it stands in the file; null if unknown. */
  readonly schema: object | null;
}

/** The models of the files by name, with their sizes. O(rows). */
export function modelsOf({tables}: Pick<Inspection, 'tables'>): ModelFacts[] {
  return [...tables.values()]
    .map(table => ({
      model: table.name,
      rows: table.size,
      nextId: nextIdOf(table),
      schema: table.schema === undefined ? null : keptForm(table.schema),
    }))
    .toSorted((a, b) => (a.model < b.model ? -1 : 1));
}

/** A journal, for programs; null where there is none. */
export function journalJson({journal}: Inspection): object | null {
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
export function isReadOnly(
  journal: JournalFacts | undefined,
): journal is JournalFacts & {version: number} {
  return journal?.version !== undefined && isNewer(journal.version);
}

/** How a journal is that is only read. */
export function newerText({version}: {readonly version: number}): string {
  return (
    `of version ${version} of its format, of which this package knows ` +
    `${formatVersion}: it is only read`
  );
}

/** A journal, which is there, for people. */
export function journalText({journal}: Inspection): string {
  const {bytes, commits, laterCommits, torn} = journal!;
  const later = laterCommits > 0 ? `, ${laterCommits} more behind damage` : '';
  const tail =
    torn === undefined
      ? ''
      : `, torn tail of ${count(torn.bytes, 'byte')} from byte ${torn.tornAt} on`;
  const newer = isReadOnly(journal) ? `, ${newerText(journal)}` : '';
  return `${count(commits, 'commit')}, ${showBytes(bytes)}${later}${tail}${newer}`;
}

/** Who owns the files, for programs. */
export function lockJson({lock}: Inspection): object {
  const {kind, ...rest} = lock;
  return {state: kind, ...rest};
}

/**
 * What is wrong with the rows of files that can be read: that they contradict each
 * other, or what the file says of their types.
 */
export function wrongRowsText(
  file: string,
  damages: readonly Damage[],
): string {
  return (
    `${file} can be read, but its rows are not right:\n${listDamages(damages)}\n` +
    'Only who knows the rows can tell which are: edit the file while no ' +
    'process has it, and run check again.'
  );
}

/** What is wrong with files, and what to run. */
export function damageText(inspection: Inspection): string {
  const {file, damages} = inspection;
  const what = isOfOtherForm(inspection) ? 'of another form' : 'damaged';
  const lines = [`${file} is ${what}:`, listDamages(damages)];
  const remedy = remedyOf(inspection);
  if (remedy !== undefined) lines.push(remedy);
  return lines.join('\n');
}

function remedyOf(inspection: Inspection): string | undefined {
  if (isOfOtherForm(inspection)) return undefined;
  const {file, journal} = inspection;
  const repair = commandLine('repair', file);
  return (
    repairByNewer(journal?.version) ??
    `To save what can be saved, run: ${repair}`
  );
}

/** Whether a file is of another form, of which its damage says what to do. */
export function isOfOtherForm({damages}: Inspection): boolean {
  return damages.some(({isOtherForm}) => isOtherForm);
}

/** How a data file is that has nothing in it. */
export const blankText = 'empty: a new store';
