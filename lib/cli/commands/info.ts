import {program} from '../../persistence/disk/command-line';
import type {Arguments, Command} from '../command';
import {
  blankText,
  damageText,
  journalJson,
  journalText,
  lockJson,
  modelsOf,
} from '../facts';
import type {Inspection} from '../../persistence/inspection';
import {inspectShown, withProgress} from '../progress';
import {schemaText} from '../schema-text';
import {columns, print, showBytes} from '../terminal';

/** Shows what is in the files. */
export const info: Command = {
  summary: 'Shows models, rows, schemas, next ids, sizes, journal and owner.',
  options: {},
  maxFiles: 1,
  help: `info <file> [--json]

Shows the models with their rows and next ids, the schemas that the rows were
written for, sizes, what the journal holds, and which process owns the file.
Works beside a process that owns the file.

Examples:
  npx ${program} info data.json
  npx ${program} info data.json --json`,

  async run({file, isJson}: Arguments): Promise<number> {
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
          isBlank: inspection.isBlank,
          models,
          journal: journalJson(inspection),
          lock: lockJson(inspection),
          damages,
        }),
      );
    } else {
      const blank = inspection.isBlank ? `, ${blankText}` : '';
      const size =
        dataBytes === undefined ? 'is missing' : showBytes(dataBytes) + blank;
      print(`Data file  ${inspection.file}, ${size}`);
      print(
        `Journal    ${journal === undefined ? 'none' : journalText(inspection)}`,
      );
      print(`Owner      ${ownerText(lock)}`);
      const rows = models.map(({model, rows, nextId}) => [model, rows, nextId]);
      print(rows.length === 0 ? 'No models.' : columns([header, ...rows]));
      for (const {schema} of inspection.tables.values()) {
        if (schema !== undefined) print(schemaText(schema));
      }
      if (damages.length > 0) print(damageText(inspection));
    }
    return damages.length > 0 ? 1 : 0;
  },
};

const header = ['model', 'rows', 'next id'];

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
