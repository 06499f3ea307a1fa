import {createHook, executionAsyncResource} from 'node:async_hooks';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {packageFolder} from '../../base/package-folder';

/*
 * From where a statement came
 *
 * The engine knows which functions wait for the one that runs, as long as each has
 * said `await`:
 *
 *   async list()    { for (const c of await find()) await this.of(c.id); }
 *   async of(id)    { return this.countries.cities(id).find(); }
 *                            `-- waits for its repository, and asks after that
 *
 * `of` does not wait for what it returns: by the time of the statement neither it nor
 * `list` is known any more. But they were there when the promise was made for which
 * `find` waits. So the stack is noted of each promise while statements are recorded,
 * and where a way does not lead back to the start, it goes on from there.
 */

/** Deep enough for LoopBack's interceptors between a controller and its caller. */
const maxFrames = 100;

/** Ways are not followed back over more promises. */
const maxHops = 20;

/** Where this package's own code is: bundled, compiled, and as a source map has it. */
const own = ['dist/bundle', 'dist/lib', 'lib'].map(
  folder => path.join(packageFolder, folder) + path.sep,
);

/** The function of this package in which all that is recorded begins. */
const start = /\bnoted\b/;

/** A place in code: a file with its line. */
interface Frame {
  /** `src/cities.ts:12`, from the working directory on. */
  readonly place: string;
  readonly isOfUser: boolean;
  readonly isStart: boolean;
}

/** The calls that led somewhere, noted when it is made, read when asked for. */
export class Place {
  private readonly holder: {readonly stack?: string} = {};
  private readonly before: Place | undefined;
  private readonly hops: number;
  private known: readonly Frame[] | undefined;

  /** `isInRequest` says that it need not lead back to the start. */
  constructor(private readonly isInRequest: boolean) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = maxFrames;
    Error.captureStackTrace(this.holder, Place);
    Error.stackTraceLimit = limit;
    const before = places.get(executionAsyncResource());
    const hops = before?.hops ?? 0;
    // Else a loop would keep all that it ever waited for.
    this.before = hops < maxHops ? before : undefined;
    this.hops = hops < maxHops ? hops + 1 : 0;
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
    return (this.known ??= this.followed());
  }

  private followed(): Frame[] {
    const frames = framesIn(this.holder.stack ?? '');
    let last: readonly Frame[] = frames;
    let {before} = this;
    while (before !== undefined && !this.isWhole(last)) {
      last = framesIn(before.holder.stack ?? '');
      frames.push(...last);
      before = before.before;
    }
    // Who records is of no interest.
    const end = frames.findIndex(({isStart}) => isStart);
    return end === -1 ? frames : frames.slice(0, end);
  }

  private isWhole(frames: readonly Frame[]): boolean {
    return frames.some(
      ({isOfUser, isStart}) => isStart || (this.isInRequest && isOfUser),
    );
  }
}

/** Where the promises were made for which something waits. */
const places = new WeakMap<object, Place>();

const promises = createHook({
  init(_id, type, _trigger, resource) {
    if (type === 'PROMISE') places.set(resource, new Place(false));
  },
});

let users = 0;

/** Has ways be followed over promises that are made from now on. Returns what ends it. */
export function followPromises(): () => void {
  if (users++ === 0) promises.enable();
  return () => {
    if (--users === 0) promises.disable();
  };
}

const line =
  /^\s+at (?:async )?(?:(.*)\()?((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/]).*?):(\d+)(?::\d+)?\)?$/;

function framesIn(stack: string): Frame[] {
  return stack.split('\n').flatMap(text => {
    const [, name = '', file, number] = line.exec(text) ?? [];
    if (file === undefined) return [];
    const at = file.startsWith('file:') ? fileURLToPath(file) : file;
    const isOwn = own.some(folder => at.startsWith(folder));
    return {
      place: `${path.relative('', at)}:${number!}`,
      isOfUser: !isOwn && !/[\\/]node_modules[\\/]/.test(at),
      isStart: isOwn && start.test(name),
    };
  });
}
