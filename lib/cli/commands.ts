import {program} from '../persistence/disk/command-line';
import type {Command} from './command';
import {check} from './commands/check';
import {compact} from './commands/compact';
import {copy} from './commands/copy';
import {dump} from './commands/dump';
import {exportRows} from './commands/export';
import {importRows} from './commands/import';
import {info} from './commands/info';
import {load} from './commands/load';
import {repair} from './commands/repair';

/** The commands by name, in the order in which help lists them. */
export const commands = {
  info,
  check,
  repair,
  compact,
  dump,
  load,
  export: exportRows,
  import: importRows,
  copy,
} satisfies Record<string, Command>;

/** What the commands are called. */
export type CommandName = keyof typeof commands;

/** Whether a word is the name of a command. */
export function isCommandName(word: string): word is CommandName {
  return Object.hasOwn(commands, word);
}

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

A file that a running process owns is only read: info, check, dump, export and
copy --from work, the others are refused. Exit codes: 0 all is well, 1 damage was
found, 2 anything else went wrong.

Examples:
  npx ${program} info data.json
  npx ${program} check data.json || npx ${program} repair data.json
  npx ${program} dump data.json --model City > cities.ndjson
  npx ${program} load data.json cities.ndjson`;
}
