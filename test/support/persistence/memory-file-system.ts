import type {
  FileCalls,
  FileStatus,
  FileSystem,
  LaterFileCalls,
} from '../../../lib/persistence/disk/file-system';
import {errorOf, Inode, Names} from './memory-files';

export const directory = '/app';

/** Which call goes wrong; see `MemoryFileSystem.before`. */
export type Before = (name: string) => void | {readonly share: number};

/** Files of one directory in memory, which remember what was synced. */
export class MemoryFileSystem implements FileSystem {
  /** Called before each call; may throw, or let a write take only a share. */
  before: Before = () => undefined;
  /** Called after each call that has changed something. */
  changed: () => void = () => undefined;
  /** How long a sync on the other thread takes. */
  syncTakes: () => Promise<void> = () => Promise.resolve();
  readonly later: LaterFileCalls = laterCalls(this, descriptor =>
    this.fdatasyncLater(descriptor),
  );
  /** The inode of each descriptor; undefined for the directory. */
  private readonly opened = new Map<number, Inode | undefined>();
  private lastDescriptor = 2;

  constructor(protected readonly names = new Names()) {}

  /** Puts a file there, all of it synced. */
  put(path: string, content: Buffer): this {
    this.names.do({kind: 'create', name: path, inode: new Inode(content)});
    this.names.sync();
    return this;
  }

  content(path: string): Buffer {
    return this.names.require(path).content;
  }

  /** What a power cut would leave at least. */
  synced(path: string): Buffer {
    return this.names.require(path).afterWorstCut;
  }

  get paths(): string[] {
    return [...this.names.current.keys()];
  }

  /** How many descriptors were not closed. */
  get openCount(): number {
    return this.opened.size;
  }

  open(path: string, mode: string): number {
    this.before('open');
    const isThere = path === directory || this.names.get(path) !== undefined;
    if (mode === 'wx+') {
      if (isThere) throw errorOf('EEXIST');
      this.names.do({kind: 'create', name: path, inode: new Inode()});
      this.changed();
    } else if (!isThere) throw errorOf('ENOENT');
    this.opened.set(++this.lastDescriptor, this.names.get(path));
    return this.lastDescriptor;
  }

  write(descriptor: number, bytes: Uint8Array, at: number): number {
    const share = this.before('write')?.share ?? 1;
    const part = bytes.subarray(0, Math.ceil(bytes.length * share));
    const inode = this.inodeOf(descriptor);
    inode.do({kind: 'write', at, bytes: Buffer.from(part)});
    this.changed();
    return part.length;
  }

  read(descriptor: number, into: Uint8Array, at: number): number {
    this.before('read');
    const {content} = this.inodeOf(descriptor);
    const part = content.subarray(at, at + into.length);
    into.set(part);
    return part.length;
  }

  status(descriptor: number): FileStatus {
    this.before('status');
    return statusOf(this.inodeOf(descriptor));
  }

  truncate(descriptor: number, size: number): void {
    this.before('truncate');
    this.inodeOf(descriptor).do({kind: 'truncate', size});
    this.changed();
  }

  changePermissions(): void {
    this.before('change');
  }

  changeOwner(): void {
    this.before('change');
  }

  fsync(descriptor: number): void {
    this.before('sync');
    this.inodeOf(descriptor).beginSync()();
    this.changed();
  }

  fdatasync(descriptor: number): void {
    this.fsync(descriptor);
  }

  private async fdatasyncLater(descriptor: number): Promise<void> {
    this.before('sync');
    const end = this.inodeOf(descriptor).beginSync();
    await this.syncTakes();
    this.inodeOf(descriptor);
    end();
    this.changed();
  }

  close(descriptor: number): void {
    if (!this.opened.delete(descriptor)) throw errorOf('EBADF');
    this.before('close');
  }

  rename(from: string, to: string): void {
    this.before('rename');
    const inode = this.names.require(from);
    this.names.do({kind: 'rename', name: from, to, inode});
    this.changed();
  }

  unlink(path: string): void {
    this.before('unlink');
    this.names.require(path);
    this.names.do({kind: 'unlink', name: path});
    this.changed();
  }

  stat(path: string): FileStatus | undefined {
    this.before('stat');
    if (path === directory) return {...access, ...noFile, kind: 'directory'};
    const inode = this.names.get(path);
    return inode && statusOf(inode);
  }

  readLink(path: string): never {
    this.before('read link');
    this.names.require(path);
    throw errorOf('EINVAL');
  }

  fsyncDirectory(): void {
    this.before('sync directory');
    this.names.sync();
    this.changed();
  }

  private inodeOf(descriptor: number): Inode {
    const inode = this.opened.get(descriptor);
    if (inode === undefined) throw errorOf('EBADF');
    return inode;
  }
}

const access = {permissions: 0o600, uid: 0, gid: 0};
const noFile = {bytes: 0, device: 0, inode: 0, modifiedMs: 0};

function statusOf({content, modified, number}: Inode): FileStatus {
  return {
    ...access,
    kind: 'regular file',
    bytes: content.length,
    device: 0,
    inode: number,
    modifiedMs: modified,
  };
}

/** The same calls, which end later. */
function laterCalls(
  files: FileCalls,
  fdatasync: LaterFileCalls['fdatasync'],
): LaterFileCalls {
  return new Proxy({} as LaterFileCalls, {
    get: (_, name: keyof FileCalls) => {
      if (name === 'fdatasync') return fdatasync;
      return async (...given: unknown[]) => {
        await Promise.resolve();
        return (files[name] as any)(...given) as unknown;
      };
    },
  });
}
