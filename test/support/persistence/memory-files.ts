/** What was done to a file and has not reached the disk for sure. */
type Deed =
  | {readonly kind: 'write'; readonly at: number; readonly bytes: Buffer}
  | {readonly kind: 'truncate'; readonly size: number};

let lastNumber = 0;

/** A file without its name. */
export class Inode {
  private deeds: Deed[] = [];
  /** How many deeds there were, and how many of those are on the disk. */
  private made = 0;
  private safe = 0;
  /** What tells it from all others. */
  readonly number = ++lastNumber;
  /** A time that is another after each change. */
  modified = ++lastNumber;

  constructor(
    public content: Buffer = Buffer.alloc(0),
    private synced: Buffer = content,
  ) {}

  do(deed: Deed): void {
    this.deeds.push(deed);
    this.made++;
    this.modified = ++lastNumber;
    this.content = done(this.content, deed);
  }

  /** A promise that what was done so far is on the disk, kept when called. */
  beginSync(): () => void {
    const {content, made} = this;
    return () => {
      // Another sync may have been quicker.
      if (made < this.safe) return;
      this.synced = content;
      this.deeds = this.deeds.slice(made - this.safe);
      this.safe = made;
    };
  }

  /** What a power cut could leave. Only the last deed can be partly there. */
  afterPowerCut(choose: Choose): Buffer {
    const kept = choose(this.deeds.length + 1);
    let left = this.synced;
    for (const deed of this.deeds.slice(0, kept)) left = done(left, deed);
    const torn = this.deeds[kept];
    if (torn?.kind !== 'write' || choose(2) === 0) return left;
    return done(left, {...torn, bytes: tornBytes(torn, choose)});
  }

  /** What a power cut leaves that takes all that was not synced. */
  get afterWorstCut(): Buffer {
    return this.synced;
  }
}

/** A number from 0 up to, but not including, the limit. */
export type Choose = (limit: number) => number;

function done(content: Buffer, deed: Deed): Buffer {
  if (deed.kind === 'truncate') {
    const cut = Buffer.alloc(deed.size);
    content.copy(cut);
    return cut;
  }
  const {at, bytes} = deed;
  const grown = Buffer.alloc(Math.max(content.length, at + bytes.length));
  content.copy(grown);
  bytes.copy(grown, at);
  return grown;
}

const blockBytes = 512;

/** A write of which a part is missing: its end, or NULs stand for blocks. */
function tornBytes({at, bytes}: {at: number; bytes: Buffer}, choose: Choose) {
  const isCut = choose(2) === 0;
  if (isCut) return bytes.subarray(0, choose(bytes.length + 1));
  const torn = Buffer.from(bytes);
  const from = choose(bytes.length + 1);
  const isTail = choose(2) === 0;
  if (isTail) return torn.fill(0, from);
  const block = Math.floor((at + from) / blockBytes) * blockBytes - at;
  const end = Math.min(torn.length, block + blockBytes);
  return torn.fill(0, Math.max(0, block), end);
}

/** What was done to a directory. */
type Entry =
  | {readonly kind: 'create'; readonly name: string; readonly inode: Inode}
  | {readonly kind: 'unlink'; readonly name: string}
  | {
      readonly kind: 'rename';
      readonly name: string;
      readonly to: string;
      readonly inode: Inode;
    };

/** The names in a directory. */
export class Names {
  private entries: Entry[] = [];
  private readonly now: Map<string, Inode>;

  constructor(private synced = new Map<string, Inode>()) {
    this.now = new Map(synced);
  }

  get(name: string): Inode | undefined {
    return this.now.get(name);
  }

  /** The inode of that name. Fails with ENOENT. */
  require(name: string): Inode {
    const inode = this.now.get(name);
    if (inode === undefined) throw errorOf('ENOENT');
    return inode;
  }

  do(entry: Entry): void {
    this.entries.push(entry);
    enter(this.now, entry);
  }

  sync(): void {
    this.synced = new Map(this.now);
    this.entries = [];
  }

  /** As they are now, for a process that was killed. */
  get current(): ReadonlyMap<string, Inode> {
    return this.now;
  }

  /** What a power cut could leave: of each entry the old or the new one. */
  afterPowerCut(keeps: (entry: Entry) => boolean): Map<string, Inode> {
    const left = new Map(this.synced);
    for (const entry of this.entries) if (keeps(entry)) enter(left, entry);
    return left;
  }
}

function enter(names: Map<string, Inode>, entry: Entry): void {
  if (entry.kind === 'create') names.set(entry.name, entry.inode);
  else if (entry.kind === 'unlink') names.delete(entry.name);
  else {
    if (names.get(entry.name) === entry.inode) names.delete(entry.name);
    names.set(entry.to, entry.inode);
  }
}

/** An error as node:fs throws it. */
export function errorOf(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), {code});
}
