import type {Disk} from '../../lib/journal/disk';
import type {Files} from '../../lib/journal/files';
import type {FileSystem} from '../../lib/journal/file-system';
import {type Choose, Inode, Names} from './crash-files';
import {errorOf} from './memory-file-system';

export const directory = '/app';
export const dataFile = `${directory}/shop.json`;

interface Open {
  /** Undefined for the directory. */
  readonly inode: Inode | undefined;
  position: number;
}

/** Which call goes wrong; see `CrashDisk.before`. */
export type Before = (name: string) => void | {readonly share: number};

/**
 * A disk with one directory, which remembers what was synced, so that it can show
 * what a power cut at any moment could leave.
 */
export class CrashDisk implements Disk {
  /** Called before each call; may throw, or let a write take only a share. */
  before: Before = () => undefined;
  /** Called after each call that has changed something. */
  changed: () => void = () => undefined;
  private readonly open = new Map<number, Open>();
  private lastDescriptor = 2;
  readonly journal: FileSystem;
  readonly blocking: Files;
  readonly promised: Files;

  constructor(private readonly names = new Names()) {
    this.journal = this.fileSystem();
    this.blocking = this.files();
    this.promised = later(this.blocking);
  }

  async lock(file: string) {
    return {path: file, ensureHeld() {}, release() {}};
  }

  /** How many descriptors were not closed. */
  get openCount(): number {
    return this.open.size;
  }

  /** The disk after the process was killed. */
  afterKill(): CrashDisk {
    return diskOf(this.names.current, inode => inode.content);
  }

  /** The disk after a power cut that took all that was not synced. */
  afterWorstCut(keepsNames: boolean): CrashDisk {
    return diskOf(
      this.names.afterPowerCut(() => keepsNames),
      inode => inode.afterWorstCut,
    );
  }

  /** The disk after a power cut that took what is chosen. */
  afterPowerCut(choose: Choose): CrashDisk {
    return diskOf(
      this.names.afterPowerCut(() => choose(2) === 0),
      inode => inode.afterPowerCut(choose),
    );
  }

  private start(name: string): number {
    return this.before(name)?.share ?? 1;
  }

  private openFile(path: string, flags: string): number {
    this.start('open');
    const isThere = path === directory || this.names.get(path) !== undefined;
    if (flags.startsWith('wx')) {
      if (isThere) throw errorOf('EEXIST');
      this.names.do({kind: 'create', name: path, inode: new Inode()});
      this.changed();
    } else if (!isThere) throw errorOf('ENOENT');
    const inode = this.names.get(path);
    this.open.set(++this.lastDescriptor, {inode, position: 0});
    return this.lastDescriptor;
  }

  private inodeOf(descriptor: number): Inode {
    return this.open.get(descriptor)!.inode!;
  }

  private writeAt(descriptor: number, bytes: Uint8Array, at: number): number {
    const share = this.start('write');
    const part = bytes.subarray(0, Math.ceil(bytes.length * share));
    const inode = this.inodeOf(descriptor);
    inode.do({kind: 'write', at, bytes: Buffer.from(part)});
    this.changed();
    return part.length;
  }

  private readAt(descriptor: number, into: Uint8Array, at: number): number {
    this.start('read');
    const {content} = this.inodeOf(descriptor);
    const part = content.subarray(at, at + into.length);
    into.set(part);
    return part.length;
  }

  private sync(descriptor: number): void {
    this.start('sync');
    const {inode} = this.open.get(descriptor)!;
    if (inode === undefined) this.names.sync();
    else inode.beginSync()();
    this.changed();
  }

  private rename(from: string, to: string): void {
    this.start('rename');
    const inode = this.names.require(from);
    this.names.do({kind: 'rename', name: from, to, inode});
    this.changed();
  }

  private unlink(path: string): void {
    this.start('unlink');
    this.names.require(path);
    this.names.do({kind: 'unlink', name: path});
    this.changed();
  }

  private close(descriptor: number): void {
    if (!this.open.delete(descriptor)) throw errorOf('EBADF');
    this.start('close');
  }

  private fileSystem(): FileSystem {
    return {
      open: (path, mode) => this.openFile(path, mode),
      write: (descriptor, bytes, at) => this.writeAt(descriptor, bytes, at),
      read: (descriptor, into, at) => this.readAt(descriptor, into, at),
      size: descriptor => this.inodeOf(descriptor).content.length,
      truncate: (descriptor, size) => {
        this.start('truncate');
        this.inodeOf(descriptor).do({kind: 'truncate', size});
        this.changed();
      },
      fsync: descriptor => this.sync(descriptor),
      fdatasync: descriptor => this.sync(descriptor),
      fdatasyncLater: async descriptor => {
        this.start('sync');
        const end = this.inodeOf(descriptor).beginSync();
        await new Promise(resolve => setImmediate(resolve));
        end();
        this.changed();
      },
      close: descriptor => this.close(descriptor),
      rename: (from, to) => this.rename(from, to),
      unlink: path => this.unlink(path),
      stat: path => {
        if (path === directory) return {bytes: 0, permissions: 0o700};
        const inode = this.names.get(path);
        return inode && {bytes: inode.content.length, permissions: 0o600};
      },
      fsyncDirectory: () => {
        this.start('sync directory');
        this.names.sync();
        this.changed();
      },
    };
  }

  private files(): Files {
    return {
      open: (path, flags) => this.openFile(path, flags),
      read: (descriptor, into) => {
        const open = this.open.get(descriptor)!;
        const count = this.readAt(descriptor, into, open.position);
        open.position += count;
        return count;
      },
      write: (descriptor, bytes) => {
        const open = this.open.get(descriptor)!;
        const count = this.writeAt(descriptor, bytes, open.position);
        open.position += count;
        return count;
      },
      sync: descriptor => this.sync(descriptor),
      close: descriptor => this.close(descriptor),
      rename: (from, to) => this.rename(from, to),
      remove: path => this.unlink(path),
      stat: path => {
        const isDirectory = path === directory;
        const size = isDirectory ? 0 : this.names.require(path).content.length;
        const mode = 0o600;
        return {size, mode, uid: 0, gid: 0, isFile: () => !isDirectory};
      },
      readLink: path => {
        this.names.require(path);
        throw errorOf('EINVAL');
      },
      changeMode: () => this.start('change') as unknown as void,
      changeOwner: () => this.start('change') as unknown as void,
    };
  }
}

/** A disk on which everything that there is has been synced. */
function diskOf(
  names: ReadonlyMap<string, Inode>,
  contentOf: (inode: Inode) => Buffer,
): CrashDisk {
  const fresh = new Map<Inode, Inode>();
  const all = [...names].map(([name, inode]) => {
    const copy = fresh.get(inode) ?? new Inode(contentOf(inode));
    fresh.set(inode, copy);
    return [name, copy] as const;
  });
  return new CrashDisk(new Names(new Map(all)));
}

/** The same calls, which end later. */
function later(files: Files): Files {
  const entries = Object.entries(files).map(([name, call]) => [
    name,
    async (...args: any[]) => {
      await Promise.resolve();
      return (call as (...args: any[]) => unknown)(...args);
    },
  ]);
  return Object.fromEntries(entries) as Files;
}
