import path from 'node:path';
import {crc32} from 'node:zlib';
import {InMemoryError} from '../../base/errors';
import {keepAccess} from '../disk/access';
import {requireRegular} from '../disk/file-kind';
import type {FileIdentity} from './reader';
import {type DataFileContent, dataFileText} from './text';
import {
  type FileCalls,
  type FileStatus,
  type FileSystem,
  type AnyFileCalls,
  realFileSystem,
} from '../disk/file-system';
import {codeOf, persistenceFailed, requireDirectory} from '../disk/failures';
import {atExitSuffix, temporarySuffix} from '../disk/file-names';
import {sliceLimits} from './row-slices';
import {pause, runBlocking, runInTurns, type Steps, wait} from '../disk/steps';

/**
 * Writes a data file, in place of an older one or as a new one: all of it or
 * nothing. Pauses after each slice, so the event loop is never kept for more
 * than a few milliseconds. Needs memory for one slice, whatever the size.
 *
 * The text goes to `<file>.tmp`, which is synced and renamed; then the
 * directory is synced. Fails with PERSISTENCE_FAILED, and the file is the old
 * one, unless it was the last of these that failed: then it may be either. A
 * symbolic link stays one, the file it points to is replaced. Mode and owner
 * stay as they are, the owner as far as the process may choose it.
 *
 * Two writes of one file must not go on at the same time.
 */
export function writeDataFile(
  file: string,
  content: DataFileContent,
  files: FileSystem = realFileSystem,
  beforeRename?: BeforeRename,
): Promise<FileIdentity> {
  const way = {beforeRename, suffix: temporarySuffix};
  return runInTurns(writeSteps(file, content, files.later, way));
}

/**
 * As {@link writeDataFile}, without pause, and by `<file>.exit.tmp`: for the end
 * of the process, where a write that has begun is never to go on, though what
 * it has asked of the system last may yet be done.
 */
export function writeDataFileSync(
  file: string,
  content: DataFileContent,
  files: FileCalls = realFileSystem,
  beforeRename?: BeforeRename,
): FileIdentity {
  const way = {beforeRename, suffix: atExitSuffix};
  return runBlocking(writeSteps(file, content, files, way));
}

/**
 * What is to be done when the temporary file and its name are on the disk, before
 * its rename; it may return steps. After it the rename is owed: if that fails,
 * the temporary file stays.
 */
export type BeforeRename = (identity: FileIdentity) => Steps<void> | undefined;

/** How a new data file takes the place of the old one. */
interface Way {
  readonly beforeRename: BeforeRename | undefined;
  /** What its name ends with until then. */
  readonly suffix: string;
}

function* writeSteps(
  file: string,
  content: DataFileContent,
  files: AnyFileCalls,
  way: Way,
): Steps<FileIdentity> {
  try {
    const target = yield* followLinks(file, files);
    yield* requireDirectory(target, files);
    return yield* replace(target, content, files, way);
  } catch (error) {
    if (error instanceof InMemoryError) throw error;
    throw persistenceFailed(file, 'cannot be written', error);
  }
}

/** As many links as Linux follows. */
const maxLinks = 40;

/** The path at which the file itself is or is to be, at the end of links. */
function* followLinks(file: string, files: AnyFileCalls): Steps<string> {
  let target = file;
  for (let links = 0; links < maxLinks; links++) {
    try {
      const link = yield* wait(files.readLink(target));
      target = path.resolve(path.dirname(target), link);
    } catch (error) {
      // The path ends in no link, or at nothing.
      if (['EINVAL', 'ENOENT'].includes(codeOf(error)!)) return target;
      throw error;
    }
  }
  throw new Error(`too many symbolic links from ${file} on`);
}

function* replace(
  target: string,
  content: DataFileContent,
  files: AnyFileCalls,
  {beforeRename, suffix}: Way,
): Steps<FileIdentity> {
  const old = yield* wait(files.stat(target));
  if (old !== undefined) requireRegular(old.kind);
  const temporary = target + suffix;
  // What a crash has left is not reused: it might be a link to elsewhere.
  yield* removeIfThere(temporary, files);
  const descriptor = yield* wait(
    files.open(temporary, 'wx+', old?.permissions),
  );
  let identity: FileIdentity;
  let isOwed = false;
  try {
    identity = yield* fill(descriptor, content, old, files);
    if (beforeRename !== undefined) {
      // What comes now may name the temporary file, which must not be lost then.
      yield* wait(files.fsyncDirectory(path.dirname(target)));
      const steps = beforeRename(identity);
      if (steps !== undefined) yield* steps;
      isOwed = true;
    }
    yield* wait(files.rename(temporary, target));
  } catch (error) {
    if (!isOwed) yield* removeQuietly(temporary, files);
    throw error;
  }
  yield* wait(files.fsyncDirectory(path.dirname(target)));
  return identity;
}

/** Fills the temporary file, and closes it in any case. */
function* fill(
  descriptor: number,
  content: DataFileContent,
  old: FileStatus | undefined,
  files: AnyFileCalls,
): Steps<FileIdentity> {
  let isClosed = false;
  try {
    if (old !== undefined) yield* keepAccess(descriptor, old, files);
    const identity = yield* writeText(descriptor, content, files);
    yield* wait(files.fsync(descriptor));
    // A descriptor is gone after a close that failed, too.
    isClosed = true;
    yield* wait(files.close(descriptor));
    return identity;
  } finally {
    if (!isClosed) yield* closeQuietly(descriptor, files);
  }
}

/**
 * So much may wait to reach the disk. More would at the end keep it busy for
 * long, and a sync of the journal would have to wait.
 */
const maxUnsyncedBytes = 16 * 1024 * 1024;

function* writeText(
  descriptor: number,
  content: DataFileContent,
  files: AnyFileCalls,
): Steps<FileIdentity> {
  let size = 0;
  let checksum = 0;
  let pending: Uint8Array[] = [];
  let pendingSize = 0;
  let unsynced = 0;
  function* flush(): Steps<void> {
    const bytes = Buffer.concat(pending);
    pending = [];
    pendingSize = 0;
    checksum = crc32(bytes, checksum);
    yield* writeAll(descriptor, bytes, size, files);
    size += bytes.length;
    unsynced += bytes.length;
    if (unsynced < maxUnsyncedBytes) return;
    unsynced = 0;
    yield* wait(files.fdatasync(descriptor));
  }
  for (const piece of dataFileText(content)) {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
    pending.push(bytes);
    pendingSize += bytes.length;
    if (pendingSize >= sliceLimits.characters) yield* flush();
    yield pause;
  }
  yield* flush();
  return {size, crc32: checksum};
}

/** A disk that is full takes a part, and fails only when asked again. */
function* writeAll(
  descriptor: number,
  bytes: Uint8Array,
  position: number,
  files: AnyFileCalls,
): Steps<void> {
  let written = 0;
  while (written < bytes.length) {
    const rest = bytes.subarray(written);
    const count = yield* wait(
      files.write(descriptor, rest, position + written),
    );
    if (count === 0) throw new Error('the disk takes no more');
    written += count;
  }
}

function* removeIfThere(file: string, files: AnyFileCalls): Steps<void> {
  try {
    yield* wait(files.unlink(file));
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

/** Closes where another error, or none, is to be reported. */
function* closeQuietly(descriptor: number, files: AnyFileCalls): Steps<void> {
  try {
    yield* wait(files.close(descriptor));
  } catch {
    // Nothing depends on it.
  }
}

/** Removes where another error is to be reported. */
function* removeQuietly(file: string, files: AnyFileCalls): Steps<void> {
  try {
    yield* wait(files.unlink(file));
  } catch {
    // The next write does.
  }
}
