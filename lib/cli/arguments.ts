import {parseArgs, type ParseArgsConfig} from 'node:util';
import {nearest} from '../base/nearest';
import {commandLine, program} from '../persistence/disk/command-line';
import {type Arguments, type Command, UsageError} from './command';
import {commands, type CommandName, isCommandName} from './commands';

/** What was asked for: a command, or an answer that needs no file. */
export type Request =
  | {
      readonly kind: 'run';
      readonly command: CommandName;
      readonly arguments: Arguments;
    }
  | {readonly kind: 'help'; readonly command: CommandName | undefined}
  | {readonly kind: 'version'};

/** Understands the words after the program's name, or fails with UsageError. */
export function parseCommandLine(words: readonly string[]): Request {
  const [first, ...rest] = words;
  if (first === undefined || first === 'help' || isHelp(first)) {
    return {kind: 'help', command: topicOf(rest[0])};
  }
  if (first === '--version' || first === '-v') return {kind: 'version'};
  if (!isCommandName(first)) throw unknownCommand(first, rest[0]);
  return parseCommand(first, rest);
}

/** The command that help is wanted about; undefined for all of them. */
function topicOf(word: string | undefined): CommandName | undefined {
  if (word === undefined || isHelp(word)) return undefined;
  if (!isCommandName(word)) throw unknownCommand(word, undefined);
  return word;
}

function parseCommand(command: CommandName, words: readonly string[]): Request {
  const {options, maxFiles}: Command = commands[command];
  const known = {...options, ...common};
  const {values, positionals} = parsed(command, words, known);
  if (values.help) return {kind: 'help', command};
  if (values.version) return {kind: 'version'};
  const [file = '', input] = positionals;
  if (file === '' && maxFiles > 0) {
    throw new UsageError(`${command} needs a file. ${seeHelp(command)}`);
  }
  const tooMany = positionals[maxFiles];
  if (tooMany !== undefined) {
    throw new UsageError(
      `${command} does not take "${tooMany}". ${seeHelp(command)}`,
    );
  }
  const given = Object.entries(values);
  const texts = given.filter(([, value]) => typeof value === 'string');
  const flags = given.filter(([, value]) => value === true);
  return {
    kind: 'run',
    command,
    arguments: {
      file,
      input,
      isJson: values.json === true,
      flags: new Set(flags.map(([name]) => name)),
      values: Object.fromEntries(texts) as Record<string, string>,
    },
  };
}

const common = {
  json: {type: 'boolean'},
  help: {type: 'boolean', short: 'h'},
  version: {type: 'boolean', short: 'v'},
} as const;

function isHelp(word: string): boolean {
  return word === '--help' || word === '-h';
}

function parsed(
  command: CommandName,
  words: readonly string[],
  options: NonNullable<ParseArgsConfig['options']>,
): {values: Record<string, unknown>; positionals: string[]} {
  try {
    const args = [...words];
    return parseArgs({args, options, allowPositionals: true, strict: true});
  } catch (error) {
    const what = problemOf(error as NodeJS.ErrnoException, options);
    throw new UsageError(`${command} ${what} ${seeHelp(command)}`);
  }
}

/** What is wrong with options, by the error of `parseArgs`. */
function problemOf(
  {code, message}: NodeJS.ErrnoException,
  options: object,
): string {
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const [, option = ''] = /'(-[^']*)'/.exec(message) ?? [];
    const guess = nearestOption(option, Object.keys(options));
    const meant = guess === undefined ? '' : ` Did you mean --${guess}?`;
    return `has no option ${option}.${meant}`;
  }
  const [option] = /--[\w-]+/.exec(message) ?? [];
  if (code !== 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE' || option === undefined) {
    return `cannot take these options: ${message.split('\n', 1)[0]}.`;
  }
  return message.includes('does not take')
    ? `takes ${option} without a value.`
    : `needs a value behind ${option}.`;
}

/** The option that was meant; by its first letter where only one was given. */
function nearestOption(
  given: string,
  options: readonly string[],
): string | undefined {
  const word = given.replace(/^-+/, '');
  return word.length === 1
    ? options.find(option => option.startsWith(word))
    : nearest(word, options);
}

function unknownCommand(word: string, next: string | undefined): UsageError {
  const names = Object.keys(commands);
  if (next !== undefined && isCommandName(next)) {
    return new UsageError(
      `The command comes first: ${commandLine(next, word)}`,
    );
  }
  const guess = nearest(word, names);
  const meant =
    guess === undefined
      ? `Commands are ${names.join(', ')}.`
      : `Did you mean ${guess}?`;
  return new UsageError(
    `There is no command "${word}". ${meant} See npx ${program} --help.`,
  );
}

function seeHelp(command: CommandName): string {
  return `See npx ${program} ${command} --help.`;
}
