import {orFailed, persistenceFailed} from './failures';
import type {FileSystem} from './file-system';

/**
 * An open file that is read from front to back, a chunk at a time. It ends where
 * it ended when it was opened, however much is appended meanwhile.
 */
export class ChunkedFile {
  readonly size: number;
  private readonly descriptor: number;
  private chunk: Buffer = Buffer.alloc(0);
  private chunkOffset = 0;

  /** Opens the file to be read. Fails with PERSISTENCE_FAILED. */
  constructor(
    private readonly fileSystem: FileSystem,
    readonly path: string,
    private readonly chunkBytes: number,
  ) {
    const descriptor = orFailed(path, 'cannot be opened', () =>
      fileSystem.open(path, 'r'),
    );
    this.descriptor = descriptor;
    try {
      this.size = orFailed(
        path,
        'cannot be read',
        () => fileSystem.status(descriptor).bytes,
      );
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * The bytes from `offset` on, `length` of them or as many as there are. They
   * are good until the next call. Fails with PERSISTENCE_FAILED.
   */
  bytes(offset: number, length: number): Buffer {
    const end = Math.min(offset + length, this.size);
    const chunkEnd = this.chunkOffset + this.chunk.length;
    if (offset < this.chunkOffset || end > chunkEnd) {
      const wanted = Math.max(end - offset, this.chunkBytes);
      this.chunk = this.read(offset, Math.min(wanted, this.size - offset));
      this.chunkOffset = offset;
    }
    const start = offset - this.chunkOffset;
    return this.chunk.subarray(start, start + end - offset);
  }

  /** The byte at `offset`, without reading a chunk for it. */
  byteAt(offset: number): number {
    const place = offset - this.chunkOffset;
    const known = place < 0 ? undefined : this.chunk[place];
    return known ?? this.read(offset, 1)[0]!;
  }

  private read(offset: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const count = orFailed(this.path, 'cannot be read', () =>
        this.fileSystem.read(
          this.descriptor,
          bytes.subarray(filled),
          offset + filled,
        ),
      );
      if (count === 0) {
        throw persistenceFailed(this.path, 'was cut shorter while it was read');
      }
      filled += count;
    }
    return bytes;
  }

  /** Ends the use of the file. */
  close(): void {
    orFailed(this.path, 'cannot be closed', () =>
      this.fileSystem.close(this.descriptor),
    );
  }
}
