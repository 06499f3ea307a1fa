import {parseArgs, type ParseArgsConfig} from 'node:util';
import {nearest} from '../base/nearest';
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
  if (!isCommandName(first)) throw unknownCommand(first);
  return parseCommand(first, rest);
}

/** The command that help is wanted about; undefined for all of them. */
function topicOf(word: string | undefined): CommandName | undefined {
  if (word === undefined || isHelp(word)) return undefined;
  if (!isCommandName(word)) throw unknownCommand(word);
  return word;
}

function parseCommand(command: CommandName, words: readonly string[]): Request {
  const {options, maxFiles}: Command = commands[command];
  const known = {...options, ...common};
  const {values, positionals} = parsed(command, words, known);
  if (values.help) return {kind: 'help', command};
  if (values.version) return {kind: 'version'};
  const [file, input, ...others] = positionals;
  if (file === undefined || file === '') {
    throw new UsageError(`${command} needs a file. ${seeHelp(command)}`);
  }
  const tooMany = maxFiles === 1 ? input : others[0];
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
    const {message} = error as Error;
    const unknown = /Unknown option '(?:--?)([^']+)'/.exec(message)?.[1];
    if (unknown === undefined) {
      throw new UsageError(`${message.split('\n', 1)[0]} ${seeHelp(command)}`);
    }
    const guess = nearest(unknown, Object.keys(options));
    const meant = guess === undefined ? '' : ` Did you mean --${guess}?`;
    throw new UsageError(
      `${command} has no option "${unknown}".${meant} ${seeHelp(command)}`,
    );
  }
}

function unknownCommand(word: string): UsageError {
  const guess = nearest(word, Object.keys(commands));
  const meant = guess === undefined ? '' : ` Did you mean ${guess}?`;
  return new UsageError(
    `There is no command "${word}".${meant} See loopback-connector-inmemory --help.`,
  );
}

function seeHelp(command: CommandName): string {
  return `See loopback-connector-inmemory ${command} --help.`;
}
