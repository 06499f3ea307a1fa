import {
  closeSync,
  constants,
  copyFileSync,
  createReadStream,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import {readWhole} from './reader';
import {kindOf, requireRegular} from '../disk/file-kind';
import {
  codeOf,
  lookAt,
  orFailed,
  persistenceFailed,
  requireDirectory,
  requireFile,
} from '../disk/failures';
import {damagedSuffix} from '../disk/file-names';
import {realFileSystem} from '../disk/file-system';
import {runBlocking} from '../disk/steps';

/** The bytes of a file; undefined when there is none. */
export function readBytes(file: string): Buffer | undefined {
  return orFailed(file, 'cannot be read', () =>
    readWhole(file, realFileSystem),
  );
}

/**
 * What a file or a pipe has, from front to back. Iterating fails as Node does
 * when it cannot be read. Fails on directories, sockets and devices, which have
 * no end.
 */
export function streamOf(file: string): AsyncIterable<unknown> {
  const kind = kindOf(statSync(file));
  if (kind !== 'named pipe (FIFO)') requireRegular(kind);
  return createReadStream(file);
}

/** The names in a directory in order; undefined when the path leads to none. */
export function namesIn(directory: string): string[] | undefined {
  const status = statSync(directory, {throwIfNoEntry: false});
  return status?.isDirectory() ? readdirSync(directory).sort() : undefined;
}

/** Whether a descriptor is of a file, and of no pipe or terminal. */
export function isFile(descriptor: number): boolean {
  return fstatSync(descriptor).isFile();
}

/**
 * The size of a file; undefined when there is none. Fails with
 * PERSISTENCE_FAILED, also when it is no regular file.
 */
export function bytesOf(file: string): number | undefined {
  requireFile(file, realFileSystem);
  return lookAt(file, realFileSystem)?.bytes;
}

/** A kept original: what it was called, and what it is called now. */
export interface KeptFile {
  readonly from: string;
  readonly to: string;
}

/**
 * Gives each of the files that exist a second name, `<file>.damaged-<n>` with
 * the lowest n that none of them has yet; nothing is overwritten. On the disk
 * when this returns. Fails with PERSISTENCE_FAILED.
 */
export function keepOriginals(files: readonly string[]): KeptFile[] {
  const present = files.filter(file => existsSync(file));
  let n = 1;
  const nameOf = (file: string): string => `${file}${damagedSuffix}${n}`;
  while (files.some(file => existsSync(nameOf(file)))) n++;
  const kept = present.map(from => ({from, to: nameOf(from)}));
  for (const {from, to} of kept) keep(from, to);
  for (const file of present) {
    orFailed(file, 'cannot be kept', () =>
      realFileSystem.fsyncDirectory(path.dirname(file)),
    );
  }
  return kept;
}

/** Two names for one file where there are such; else a copy. */
function keep(from: string, to: string): void {
  orFailed(from, `cannot be kept as ${to}`, () => {
    try {
      linkSync(from, to);
    } catch (error) {
      if (codeOf(error) === 'EEXIST') throw error;
      copyFileSync(from, to, constants.COPYFILE_EXCL);
      syncFile(to);
    }
  });
}

function syncFile(file: string): void {
  const descriptor = openSync(file, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Removes a file; on the disk when this returns. None there is well too. */
export function removeFile(file: string): void {
  if (!existsSync(file)) return;
  orFailed(file, 'cannot be removed', () => {
    unlinkSync(file);
    realFileSystem.fsyncDirectory(path.dirname(file));
  });
}

/**
 * Makes a directory where there is none; that above it must be there. Returns
 * whether it was made. Fails with PERSISTENCE_FAILED.
 */
export function makeDirectory(directory: string): boolean {
  try {
    mkdirSync(directory);
    return true;
  } catch (error) {
    const kind = codeOf(error) === 'EEXIST' && kindOf(statSync(directory));
    if (kind === 'directory') return false;
    throw persistenceFailed(directory, 'cannot be made a directory', error);
  }
}

/** A new file that texts are written to, one after the other. */
export class NewFile {
  private isClosed = false;

  private constructor(
    private readonly file: string,
    private readonly descriptor: number,
  ) {}

  /** Creates the file. Fails with PERSISTENCE_FAILED when it is there. */
  static create(file: string): NewFile {
    runBlocking(requireDirectory(file, realFileSystem));
    try {
      return new NewFile(file, openSync(file, 'wx'));
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') {
        throw persistenceFailed(file, 'cannot be created', error);
      }
      const what = 'is there already, and is not overwritten';
      throw persistenceFailed(file, what);
    }
  }

  /** Writes all of the text. Fails with PERSISTENCE_FAILED. */
  write(text: string): void {
    orFailed(this.file, 'cannot be written', () => {
      let rest = Buffer.from(text);
      while (rest.length > 0) {
        rest = rest.subarray(writeSync(this.descriptor, rest));
      }
    });
  }

  /** Ends the file; it is on the disk when this returns. */
  close(): void {
    orFailed(this.file, 'cannot be synced', () => {
      fsyncSync(this.descriptor);
      this.isClosed = true;
      closeSync(this.descriptor);
    });
  }

  /**
   * Takes the file away again, because it did not become whole. Never fails: the
   * error that led here is reported.
   */
  discard(): void {
    try {
      if (!this.isClosed) closeSync(this.descriptor);
      unlinkSync(this.file);
    } catch {
      return;
    }
  }
}
