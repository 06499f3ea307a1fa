import {program} from '../../persistence/disk/command-line';
import type {Damage} from '../../persistence/disk/damage';
import type {Inspection} from '../../persistence/inspection';
import {rowDamages} from '../../persistence/salvage/verify-rows';
import type {Arguments, Command} from '../command';
import {
  blankText,
  damageText,
  isReadOnly,
  journalJson,
  lockJson,
  modelsOf,
  newerText,
  wrongRowsText,
} from '../facts';
import {inspectShown, type Progress, withProgress} from '../progress';
import {count, print} from '../terminal';

/** Verifies the files. */
export const check: Command = {
  summary: 'Verifies everything; exit code 1 when something is wrong.',
  options: {},
  maxFiles: 1,
  help: `check <file> [--json]

Verifies the data file, every record of the journal, that the two belong
together, that ids are unique and that values have the types that the file
says. Tells the line and column, or the byte, of what is wrong. Changes nothing,
and works beside a process that owns the file.

Examples:
  npx ${program} check data.json
  npx ${program} check data.json --json`,

  async run({file, isJson}: Arguments): Promise<number> {
    const {damages, inspection} = await withProgress(isJson, progress =>
      verify(file, progress),
    );
    const {journal, lock} = inspection;
    const rows = modelsOf(inspection).reduce((sum, {rows}) => sum + rows, 0);
    const isSound = damages.length === 0;
    if (isJson) {
      const {file, isBlank} = inspection;
      const facts = {
        journal: journalJson(inspection),
        lock: lockJson(inspection),
      };
      print(JSON.stringify({file, isSound, isBlank, rows, damages, ...facts}));
    } else if (isSound) {
      const commits = count(journal?.commits ?? 0, 'commit');
      const blank = inspection.isBlank ? `${blankText}, ` : '';
      print(
        `${inspection.file} is sound: ${blank}${count(rows, 'row')}, ${commits} in the journal.`,
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
    } else if (inspection.damages.length === 0) {
      print(wrongRowsText(inspection.file, damages));
    } else print(damageText(inspection));
    return isSound ? 0 : 1;
  },
};

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
