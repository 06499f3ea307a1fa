import {editFile} from '../../database/edit-file';
import {placeOf} from '../../persistence/disk/canonical-path';
import {program} from '../../persistence/disk/command-line';
import {type FileSizes, sizesOf} from '../../persistence/inspection';
import type {Arguments, Command} from '../command';
import {inspectShown, withWriting} from '../progress';
import {count, print, showBytes} from '../terminal';

/** Folds the journal into the data file. */
export const compact: Command = {
  summary: 'Folds the journal into the data file.',
  options: {},
  maxFiles: 1,
  help: `compact <file> [--json]

Writes the commits of the journal into the data file, which is then all that there
is. Refused while a process owns the file, which does so by itself.

Examples:
  npx ${program} compact data.json`,

  async run({file, isJson}: Arguments): Promise<number> {
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
  },
};

function sizesJson({dataBytes = 0, journalBytes = 0}: FileSizes): object {
  return {bytes: dataBytes, journalBytes};
}
