import assert from 'node:assert/strict';
import type {FileSystem} from '../../lib/journal/file-system';

interface MemoryFile {
  content: Buffer;
  /** What a power cut would leave at least. */
  synced: Buffer;
}

/** Files in memory, which remember what was synced. */
export class MemoryFileSystem implements FileSystem {
  readonly files = new Map<string, MemoryFile>();
  private readonly open_ = new Map<number, MemoryFile>();
  private lastDescriptor = 2;
  /** How long a sync on the other thread takes. */
  syncTakes: () => Promise<void> = () => Promise.resolve();

  /** Puts a file there, all of it synced. */
  put(path: string, content: Buffer): this {
    this.files.set(path, {content, synced: content});
    return this;
  }

  content(path: string): Buffer {
    return this.files.get(path)!.content;
  }

  synced(path: string): Buffer {
    return this.files.get(path)!.synced;
  }

  /** How many descriptors were not closed. */
  get openCount(): number {
    return this.open_.size;
  }

  open(path: string, mode: string): number {
    const isThere = this.files.has(path);
    if (mode === 'wx+') {
      if (isThere) throw errorOf('EEXIST');
      this.put(path, Buffer.alloc(0));
    } else if (!isThere) throw errorOf('ENOENT');
    this.open_.set(++this.lastDescriptor, this.files.get(path)!);
    return this.lastDescriptor;
  }

  write(descriptor: number, bytes: Uint8Array, position: number): number {
    const file = this.file(descriptor);
    const {content} = file;
    const size = Math.max(content.length, position + bytes.length);
    const grown = Buffer.alloc(size);
    content.copy(grown);
    grown.set(bytes, position);
    file.content = grown;
    return bytes.length;
  }

  read(descriptor: number, into: Uint8Array, position: number): number {
    const {content} = this.file(descriptor);
    const part = content.subarray(position, position + into.length);
    into.set(part);
    return part.length;
  }

  size(descriptor: number): number {
    return this.file(descriptor).content.length;
  }

  truncate(descriptor: number, bytes: number): void {
    const file = this.file(descriptor);
    file.content = Buffer.from(file.content.subarray(0, bytes));
  }

  fsync(descriptor: number): void {
    const file = this.file(descriptor);
    file.synced = file.content;
  }

  fdatasync(descriptor: number): void {
    this.fsync(descriptor);
  }

  async fdatasyncLater(descriptor: number): Promise<void> {
    const file = this.file(descriptor);
    const {content} = file;
    await this.syncTakes();
    this.file(descriptor);
    if (content.length > file.synced.length) file.synced = content;
  }

  close(descriptor: number): void {
    assert.ok(this.open_.delete(descriptor), 'a file is closed once');
  }

  rename(from: string, to: string): void {
    const file = this.files.get(from);
    if (file === undefined) throw errorOf('ENOENT');
    this.files.delete(from);
    this.files.set(to, file);
  }

  unlink(path: string): void {
    if (!this.files.delete(path)) throw errorOf('ENOENT');
  }

  stat(path: string): {bytes: number; permissions: number} | undefined {
    const file = this.files.get(path);
    return file && {bytes: file.content.length, permissions: 0o600};
  }

  fsyncDirectory(): void {}

  private file(descriptor: number): MemoryFile {
    const file = this.open_.get(descriptor);
    assert.ok(file, 'the descriptor is open');
    return file;
  }
}

/** An error as node:fs throws it. */
export function errorOf(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), {code});
}
