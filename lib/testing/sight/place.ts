import path from 'node:path';
import {fileURLToPath} from 'node:url';

/** Deep enough for LoopBack's interceptors between a controller and its caller. */
const maxFrames = 100;

/** Where this package's own code is: compiled, and as a source map has it. */
const own = ['../..', '../../../../lib'].map(
  folder => path.resolve(__dirname, folder) + path.sep,
);

/** A place in code: a file with its line. */
interface Frame {
  /** `src/cities.ts:12`, from the working directory on. */
  readonly place: string;
  readonly isOfUser: boolean;
}

/** The calls that led to a statement, noted when it was made, read when asked for. */
export class Place {
  private readonly holder: {readonly stack?: string} = {};
  private known: readonly Frame[] | undefined;

  constructor() {
    const before = Error.stackTraceLimit;
    Error.stackTraceLimit = maxFrames;
    Error.captureStackTrace(this.holder, Place);
    Error.stackTraceLimit = before;
  }

  /**
   * The line of the user's code from which it came, without what lies in
   * node_modules; undefined where there is none.
   */
  get from(): string | undefined {
    return this.frames.find(({isOfUser}) => isOfUser)?.place;
  }

  /** The way through the user's code that led here: the same for the turns of a loop. */
  get way(): string {
    const places = this.frames.filter(({isOfUser}) => isOfUser);
    // A function that calls itself has been here before.
    return [...new Set(places.map(({place}) => place))].join('\n');
  }

  /**
   * Whether LoopBack asks on its own, for what was to be included: it asks as often as
   * it does, the user has asked once.
   */
  get isOfInclude(): boolean {
    for (const {isOfUser, place} of this.frames) {
      if (isOfUser) return false;
      if (/inclusion[-.]resolver/.test(place)) return true;
    }
    return false;
  }

  private get frames(): readonly Frame[] {
    return (this.known ??= framesIn(this.holder.stack ?? ''));
  }
}

function framesIn(stack: string): Frame[] {
  return stack.split('\n').flatMap(line => {
    const [, file, number] =
      /^\s+at (?:.*\()?((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/]).*?):(\d+)(?::\d+)?\)?$/.exec(
        line,
      ) ?? [];
    if (file === undefined) return [];
    return [
      frameOf(file.startsWith('file:') ? fileURLToPath(file) : file, number!),
    ];
  });
}

function frameOf(file: string, line: string): Frame {
  const isOfUser =
    !own.some(folder => file.startsWith(folder)) &&
    !/[\\/]node_modules[\\/]/.test(file);
  return {place: `${path.relative('', file)}:${line}`, isOfUser};
}
