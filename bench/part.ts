import type {ComparisonPace, Target} from './comparison';

/** What the command line asks of a part. */
export interface Request {
  /** The pieces of work to be measured; all of them if undefined. */
  readonly works: ReadonlySet<string> | undefined;
  /** The contenders to be measured; all of them if undefined. */
  readonly peers: ReadonlySet<string> | undefined;
  /** Numbers of rows, ascending, of the parts that grow. */
  readonly sizes: readonly number[];
  /** How many rows the others have. */
  readonly rows: number;
  readonly pace: ComparisonPace;
  /** Binaries of Node.js, of other versions than the one that runs this, on which cold processes are measured, too. */
  readonly nodes: readonly string[];
  /** Tells people what is going on. */
  readonly say: (message: string) => void;
}

/** What a part has measured. */
export interface Outcome {
  readonly targets: readonly Target[];
  /** In Markdown. */
  readonly tables: readonly string[];
}

/** A part of the bench: what can be measured by itself. */
export interface Part {
  readonly name: string;
  /** The heading above its tables. */
  readonly title: string;
  /** Names of pieces of work that can be measured by themselves. */
  readonly works: readonly string[];
  /** Names of contenders that can be left out. */
  readonly peers: readonly string[];
  readonly measure: (request: Request) => Promise<Outcome>;
}

/** The entries that the request names. */
export function chosen<Entry extends {readonly name: string}>(
  entries: readonly Entry[],
  names: ReadonlySet<string> | undefined,
): readonly Entry[] {
  return entries.filter(({name}) => names?.has(name) ?? true);
}
