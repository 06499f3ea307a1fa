import {program} from '../../persistence/disk/command-line';
import {type CopyReport, copyRows} from '../../transfer/copy-rows';
import {type Arguments, type Command, UsageError} from '../command';
import {withProgress} from '../progress';
import {columns, count, print} from '../terminal';

/** Copies all rows between databases. */
export const copy: Command = {
  summary: 'Copies all rows between files and databases of any connector.',
  options: {
    from: {type: 'string'},
    to: {type: 'string'},
    models: {type: 'string'},
    migrate: {type: 'boolean'},
    append: {type: 'boolean'},
    resume: {type: 'boolean'},
    batch: {type: 'string'},
  },
  maxFiles: 0,
  help: `copy --from PLACE --to PLACE [--models DIRECTORY]
       [--migrate] [--append | --resume] [--batch ROWS] [--json]

Copies all rows from one place to another, and compares them afterwards. A place is
a data file, or a JSON file with the configuration of a datasource, such as
{"connector": "postgresql", "url": "..."}, of any connector that the application in
this directory has. The source is only read. The tables of a target database must be
there, unless --migrate makes them, and have no rows.

  --models DIR     the compiled models of the application; else they are discovered
  --migrate        with --models: have the target make tables that are missing, or
                   change those without rows, by the autoupdate of its connector
  --append         add to the rows that are there; ids that are taken are refused
  --resume         go on with a copy that was broken off: leave out what is there
  --batch ROWS     how many rows at once: 500 unless given

Examples:
  npx ${program} copy --from data.json --to pg.datasource.json \\
      --models dist/models --migrate
  npx ${program} copy --from pg.datasource.json --to copy.json`,

  async run({flags, isJson, values}: Arguments): Promise<number> {
    const {from, models, to} = values;
    if (!from || !to) {
      throw new UsageError(
        `copy needs --from and --to: each a data file, or a JSON file with the configuration of a datasource. See npx ${program} copy --help.`,
      );
    }
    const report = await withProgress(isJson, progress =>
      copyRows(from, to, {
        models,
        migrate: flags.has('migrate'),
        append: flags.has('append'),
        resume: flags.has('resume'),
        batchSize: batchOf(values.batch),
        onProgress: ({doneRows, step, totalRows}) =>
          progress.part(titles[step], doneRows, totalRows),
      }),
    );
    if (isJson) {
      print(JSON.stringify({from, to, ...report}));
      return 0;
    }
    const rows = report.models.reduce((sum, {copied}) => sum + copied, 0);
    print(`Copied ${count(rows, 'row')} from ${from} to ${to}; all are equal.`);
    const lines = report.models.map(({copied, hash, model, rows}) => [
      model,
      hash,
      rows,
      copied,
    ]);
    if (lines.length > 0) print(columns([header, ...lines]));
    if (report.leftOut.length > 0) print(leftOutText(report.leftOut));
    return 0;
  },
};

const titles = {copying: 'Copying', verifying: 'Comparing'} as const;
const header = ['model', 'hash of all rows', 'rows', 'copied'];

function leftOutText(leftOut: CopyReport['leftOut']): string {
  const list = leftOut.map(({rows, table}) => `${table} ${count(rows, 'row')}`);
  return `Not copied, for none of the models is theirs: ${list.join(', ')}.`;
}

function batchOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new UsageError(`--batch is a number of rows, not "${text}".`);
}
