import {editFile, repairFile} from '../database/edit-file';
import {placeOf} from '../persistence/disk/canonical-path';
import {type FileSizes, sizesOf} from '../persistence/inspection';
import type {Arguments} from './arguments';
import {listDamages} from './damage-list';
import {modelsOf} from './look';
import {inspectShown, type Progress, withProgress} from './progress';
import {count, print, showBytes} from './terminal';

/** Folds the journal into the data file; returns the exit code. */
export async function compact({file, isJson}: Arguments): Promise<number> {
  const place = placeOf(file);
  const before = sizesOf(place);
  let commits = 0;
  await withWriting(place, isJson, async progress => {
    const {journal} = await inspectShown(file, progress);
    commits = journal?.commits ?? 0;
    await editFile(place, () => false);
  });
  const after = sizesOf(place);
  if (isJson) {
    const sizes = {before: sizesJson(before), after: sizesJson(after)};
    print(JSON.stringify({file: place, commits, ...sizes}));
  } else if (commits === 0) {
    print(`${place} is compact already.`);
  } else {
    print(
      `Folded ${count(commits, 'commit')} into ${place}, which has ` +
        `${showBytes(after.dataBytes ?? 0)} now.`,
    );
  }
  return 0;
}

function sizesJson({dataBytes = 0, journalBytes = 0}: FileSizes): object {
  return {bytes: dataBytes, journalBytes};
}

/** Saves what can be saved; returns the exit code. */
export async function repair({
  file,
  flags,
  isJson,
}: Arguments): Promise<number> {
  const choices = {
    takesLater: flags.has('after-damage'),
    leavesJournal: flags.has('without-journal'),
  };
  const place = placeOf(file);
  const {inspection, kept} = await withWriting(place, isJson, progress =>
    repairFile(file, {...choices, at: progress.savingRows}),
  );
  const {damages, losses} = inspection;
  const models = modelsOf(inspection);
  if (isJson) {
    const isRepaired = kept.length > 0;
    print(
      JSON.stringify({file: place, isRepaired, models, damages, losses, kept}),
    );
    return 0;
  }
  if (kept.length === 0) {
    print(`${inspection.file} is sound; there is nothing to repair.`);
    return 0;
  }
  const rows = models.reduce((sum, model) => sum + model.rows, 0);
  print(`What was wrong:\n${listDamages(damages)}`);
  print(
    `Saved ${count(rows, 'row')} of ${count(models.length, 'model')} to ${inspection.file}.`,
  );
  print(
    losses.length === 0
      ? 'Nothing was lost.'
      : `What could not be saved:\n${listDamages(losses)}`,
  );
  print('The originals are kept:');
  for (const {to} of kept) print(`  ${to}`);
  return 0;
}

/** Shows that the files are read, and then how far a new data file is written. */
function withWriting<T>(
  file: string,
  isJson: boolean,
  work: (progress: Progress) => Promise<T>,
): Promise<T> {
  const {dataBytes = 0, journalBytes = 0} = sizesOf(file);
  return withProgress(isJson, progress => {
    progress.say('Reading', dataBytes + journalBytes);
    progress.watch('Writing', `${file}.tmp`, dataBytes + journalBytes);
    return work(progress);
  });
}
