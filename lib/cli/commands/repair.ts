import {isDeepStrictEqual} from 'node:util';
import {InMemoryError} from '../../base/errors';
import {repairFile} from '../../database/edit-file';
import {placeOf} from '../../persistence/disk/canonical-path';
import {program} from '../../persistence/disk/command-line';
import type {Damage} from '../../persistence/disk/damage';
import {rowDamages} from '../../persistence/salvage/verify-rows';
import type {Arguments, Command} from '../command';
import {listDamages} from '../damage-list';
import {modelsOf, wrongRowsText} from '../facts';
import {withWriting} from '../progress';
import {count, print} from '../terminal';

/** Saves what can be saved. */
export const repair: Command = {
  summary: 'Saves what can be saved of damaged files; keeps the originals.',
  options: {
    'after-damage': {type: 'boolean'},
    'without-journal': {type: 'boolean'},
  },
  maxFiles: 1,
  help: `repair <file> [--after-damage]
       [--without-journal] [--json]

Writes a new data file with every row that can be read and the commits of the
journal up to its first damage, and lists what could not be saved. The originals
stay as <file>.damaged-<n>, <file>.journal.damaged-<n>; nothing is overwritten.
Sound files are left as they are, and so are rows that contradict each other.
Exit code 0: the file is sound now, as check judges it.

  --after-damage     also take the sound commits behind damage in the journal;
                     what they rely on may be missing
  --without-journal  take nothing of the journal: when the data file was edited
                     or replaced, and is right as it is

Examples:
  npx ${program} repair data.json
  npx ${program} repair data.json --after-damage`,

  async run({file, flags, isJson}: Arguments): Promise<number> {
    const choices = {
      takesLater: flags.has('after-damage'),
      leavesJournal: flags.has('without-journal'),
    };
    const place = placeOf(file);
    const {inspection, kept} = await withWriting(place, isJson, progress =>
      repairFile(file, {...choices, at: progress.savingRows}),
    );
    const {damages, losses} = inspection;
    const wrongRows = rowDamages(inspection.file);
    const exitCode = wrongRows.length === 0 ? 0 : 1;
    if (damages.length === 0) requireSoundRows(inspection.file, wrongRows);
    const models = modelsOf(inspection);
    if (isJson) {
      const isRepaired = kept.length > 0;
      print(
        JSON.stringify({
          file: place,
          isRepaired,
          models,
          damages,
          losses,
          kept,
          wrongRows,
        }),
      );
      return exitCode;
    }
    if (kept.length === 0) {
      print(`${inspection.file} is sound; there is nothing to repair.`);
      return 0;
    }
    const rows = models.reduce((sum, model) => sum + model.rows, 0);
    const others = damages.filter(damage => !isAmong(damage, losses));
    if (others.length > 0) print(`What was wrong:\n${listDamages(others)}`);
    print(
      `Saved ${count(rows, 'row')} of ${count(models.length, 'model')} to ${inspection.file}.`,
    );
    print(
      losses.length === 0
        ? 'Nothing was lost.'
        : `What was wrong and could not be saved:\n${listDamages(losses)}`,
    );
    print('The originals are kept:');
    for (const {to} of kept) print(`  ${to}`);
    if (exitCode !== 0) print(wrongRowsText(inspection.file, wrongRows));
    return exitCode;
  },
};

/** Whether the same was noted: what is damaged is listed once. */
function isAmong(damage: Damage, others: readonly Damage[]): boolean {
  return others.some(other => isDeepStrictEqual(damage, other));
}

/**
 * Fails with DATA_DAMAGED where rows contradict each other or their types, which
 * only somebody can mend who knows them.
 */
function requireSoundRows(
  file: string,
  [first, ...others]: readonly Damage[],
): void {
  if (first === undefined) return;
  const more = others.length > 0 ? `, and ${others.length} more like it` : '';
  throw new InMemoryError(
    'DATA_DAMAGED',
    `${file} can be read, so there is nothing to save, but its rows are not ` +
      `right: ${first.problem}${more}. Only who knows the rows can tell which ` +
      'are: edit the file, and run check, which lists them all. Nothing was ' +
      'changed.',
    {file},
  );
}
