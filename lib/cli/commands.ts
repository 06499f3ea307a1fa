import type {ParseArgsConfig} from 'node:util';
import {program} from '../persistence/disk/command-line';

/** What the commands are called. */
export type CommandName =
  'info' | 'check' | 'repair' | 'compact' | 'dump' | 'load';

/** What a command takes, and how it is told. */
export interface Command {
  readonly summary: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** The data file, and for `load` what is loaded. */
  readonly maxFiles: 1 | 2;
  /** Usage, options and examples, below the name of the program. */
  readonly help: string;
}

/** Whether a word is the name of a command. */
export function isCommandName(word: string): word is CommandName {
  return Object.hasOwn(commands, word);
}

export const commands: Readonly<Record<CommandName, Command>> = {
  info: {
    summary: 'Shows models, rows, next ids, sizes, journal and owner.',
    options: {},
    maxFiles: 1,
    help: `info <file> [--json]

Works beside a process that owns the file.

Examples:
  npx ${program} info data.json
  npx ${program} info data.json --json`,
  },
  check: {
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
  },
  repair: {
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
Sound files are left as they are. Exit code 0: the file is sound now.

  --after-damage     also take the sound commits behind damage in the journal;
                     what they rely on may be missing
  --without-journal  take nothing of the journal: when the data file was edited
                     or replaced, and is right as it is

Examples:
  npx ${program} repair data.json
  npx ${program} repair data.json --after-damage`,
  },
  compact: {
    summary: 'Folds the journal into the data file.',
    options: {},
    maxFiles: 1,
    help: `compact <file> [--json]

Examples:
  npx ${program} compact data.json`,
  },
  dump: {
    summary: 'Writes the rows as NDJSON or JSON.',
    options: {
      format: {type: 'string'},
      model: {type: 'string'},
      output: {type: 'string', short: 'o'},
    },
    maxFiles: 1,
    help: `dump <file> [--model M] [--format ndjson|json]
       [--output FILE] [--json]

Writes {"model": ..., "id": ..., "row": ...} for each row, one a line, or all of
them in one array. "types" is there where JSON cannot tell a type, and "key"
where the id is not the property "id". Works beside a process that owns the file.

  --model M        only the rows of one model
  --format F       ndjson (default) or json
  --output FILE    write there; a file that exists is not overwritten
  --json           with --output: print what was written as JSON

Examples:
  npx ${program} dump data.json > all.ndjson
  npx ${program} dump data.json --model City --format json
  npx ${program} dump data.json | npx ${program} load copy.json`,
  },
  load: {
    summary: 'Adds rows from NDJSON, a dump, a JSON array or a data file.',
    options: {
      model: {type: 'string'},
      id: {type: 'string'},
      replace: {type: 'boolean'},
    },
    maxFiles: 2,
    help: `load <file> [<input>] [--model M] [--id PROPERTY]
       [--replace] [--json]

Adds all rows of the input, or none. The input is standard input, or a file: what
dump writes, NDJSON or a JSON array of plain rows (with --model), or the file of
the built-in memory connector. The data file is created if it is missing. Rows
without an id get the next number.

  --model M        the model of plain rows; of other input, only that model
  --id PROPERTY    the id of plain rows: "id" unless given; several with commas
  --replace        let rows of the input take the place of those with their ids

Examples:
  npx ${program} load data.json all.ndjson
  npx ${program} load data.json cities.json --model City
  npx ${program} load data.json old-memory-file.json --replace`,
  },
};

/** The help about one command, or about all. */
export function helpText(command: CommandName | undefined): string {
  if (command !== undefined)
    return `Usage: npx ${program} ${commands[command].help}`;
  const list = Object.entries(commands)
    .map(([name, {summary}]) => `  ${name.padEnd(9)}${summary}`)
    .join('\n');
  return `Usage: npx ${program} <command> <file> [options]

Looks after the data files of loopback-connector-inmemory (setting "file").

${list}

Options of every command:
  --json     print the result as one JSON object
  --help     tell more about the command
  --version  print the version of the package

A file that a running process owns is only read: info, check and dump work, the
others are refused. Exit codes: 0 all is well, 1 damage was found, 2 anything
else went wrong.

Examples:
  npx ${program} info data.json
  npx ${program} check data.json || npx ${program} repair data.json
  npx ${program} dump data.json --model City > cities.ndjson
  npx ${program} load data.json cities.ndjson`;
}
