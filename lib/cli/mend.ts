import {editFile, repairFile} from '../database/edit-file';
import {inspect, type Inspection} from '../journal/inspection';
import type {Arguments} from './arguments';
import {listDamages} from './damage-list';
import {modelsOf} from './look';
import {Progress} from './progress';
import {count, print, showBytes} from './terminal';

/** Folds the journal into the data file; returns the exit code. */
export async function compact({file, isJson}: Arguments): Promise<number> {
  const before = await inspect(file);
  const commits = before.journal?.commits ?? 0;
  await withProgress('Writing', before, isJson, () =>
    editFile(before.file, () => false),
  );
  const after = await inspect(file);
  const sizes = {before: sizesOf(before), after: sizesOf(after)};
  if (isJson) {
    print(JSON.stringify({file: before.file, commits, ...sizes}));
  } else if (commits === 0) {
    print(`${before.file} is compact already.`);
  } else {
    print(
      `Folded ${count(commits, 'commit')} into ${before.file}, which has ` +
        `${showBytes(after.dataBytes ?? 0)} now.`,
    );
  }
  return 0;
}

function sizesOf({dataBytes, journal}: Inspection): object {
  return {bytes: dataBytes ?? 0, journalBytes: journal?.bytes ?? 0};
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
  const before = await inspect(file);
  const {inspection, kept} = await withProgress('Writing', before, isJson, () =>
    repairFile(file, choices),
  );
  const {damages, losses} = inspection;
  const models = modelsOf(inspection);
  if (isJson) {
    const place = inspection.file;
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

/** Shows how far a data file is written, by what is there of the new one. */
async function withProgress<T>(
  what: string,
  {file, dataBytes = 0, journal}: Inspection,
  isJson: boolean,
  work: () => Promise<T>,
): Promise<T> {
  const total = dataBytes + (journal?.bytes ?? 0);
  const isShown = process.stderr.isTTY && !isJson;
  const progress = new Progress(what, total, isShown);
  progress.watch(`${file}.tmp`);
  try {
    return await work();
  } finally {
    progress.end();
  }
}
