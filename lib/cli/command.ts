import type {ParseArgsConfig} from 'node:util';

/** A command: what it takes, how it is told, and what it does. */
export interface Command {
  readonly summary: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** The data file, and what is loaded; none where options name them all. */
  readonly maxFiles: 0 | 1 | 2;
  /** Usage, options and examples, below the name of the program. */
  readonly help: string;
  /** Does it; resolves to the exit code. */
  run(given: Arguments): Promise<number>;
}

/** The words behind a command, understood. */
export interface Arguments {
  /** Empty where a command takes none. */
  readonly file: string;
  /** What `load` loads. */
  readonly input: string | undefined;
  readonly isJson: boolean;
  /** Options without a value that were given. */
  readonly flags: ReadonlySet<string>;
  /** Options that have a value. */
  readonly values: Readonly<Record<string, string | undefined>>;
}

/** A command line that cannot be understood. */
export class UsageError extends Error {}
