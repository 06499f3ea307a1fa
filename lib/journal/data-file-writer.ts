import path from 'node:path';
import {crc32} from 'node:zlib';
import {InMemoryError} from '../base/errors';
import type {FileIdentity} from './data-file-reader';
import {type DataFileContent, dataFileText} from './data-file-text';
import {
  type FileCalls,
  type FileStatus,
  type FileSystem,
  type LaterFileCalls,
  realFileSystem,
} from './file-system';
import {
  codeOf,
  messageOf,
  persistenceFailed,
  requireDirectory,
} from './persistence-failure';
import {sliceLimits} from './row-slices';
import {pause, runAtOnce, runInTurns, type Steps, wait} from './steps';

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
  return runInTurns(writeSteps(file, content, files.later, beforeRename));
}

/** As {@link writeDataFile}, without pause: for the end of the process. */
export function writeDataFileSync(
  file: string,
  content: DataFileContent,
  files: FileCalls = realFileSystem,
  beforeRename?: BeforeRename,
): FileIdentity {
  return runAtOnce(writeSteps(file, content, files, beforeRename));
}

/** The steps are the same, whether the calls return or promise. */
type AnyCalls = FileCalls | LaterFileCalls;

/**
 * What is to be done between the sync of the temporary file and its rename. When
 * it returns the rename is owed: if it fails then, the temporary file stays.
 */
export type BeforeRename = (identity: FileIdentity) => void;

function* writeSteps(
  file: string,
  content: DataFileContent,
  files: AnyCalls,
  beforeRename: BeforeRename | undefined,
): Steps<FileIdentity> {
  try {
    const target = yield* followLinks(file, files);
    yield* requireDirectory(target, files);
    return yield* replace(target, content, files, beforeRename);
  } catch (error) {
    if (error instanceof InMemoryError) throw error;
    const text = `The data file ${file} cannot be written: ${messageOf(error)}`;
    throw persistenceFailed(file, text, error);
  }
}

/** As many links as Linux follows. */
const maxLinks = 40;

/** The path at which the file itself is or is to be, at the end of links. */
function* followLinks(file: string, files: AnyCalls): Steps<string> {
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
  files: AnyCalls,
  beforeRename: BeforeRename | undefined,
): Steps<FileIdentity> {
  const old = yield* wait(files.stat(target));
  if (old?.isFile === false) throw new Error('it is not a regular file');
  const temporary = `${target}.tmp`;
  // What a crash has left is not reused: it might be a link to elsewhere.
  yield* removeIfThere(temporary, files);
  const descriptor = yield* wait(
    files.open(temporary, 'wx+', old?.permissions),
  );
  let identity: FileIdentity;
  let isOwed = false;
  try {
    identity = yield* fill(descriptor, content, old, files);
    beforeRename?.(identity);
    isOwed = beforeRename !== undefined;
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
  files: AnyCalls,
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

function* keepAccess(
  descriptor: number,
  old: FileStatus,
  files: AnyCalls,
): Steps<void> {
  try {
    yield* wait(files.changeOwner(descriptor, old.uid, old.gid));
  } catch (error) {
    if (codeOf(error) !== 'EPERM') throw error;
  }
  // They come second: a change of owner takes some of them away.
  yield* wait(files.changePermissions(descriptor, old.permissions));
}

function* writeText(
  descriptor: number,
  content: DataFileContent,
  files: AnyCalls,
): Steps<FileIdentity> {
  let size = 0;
  let checksum = 0;
  let pending: Uint8Array[] = [];
  let pendingSize = 0;
  function* flush(): Steps<void> {
    const bytes = Buffer.concat(pending);
    pending = [];
    pendingSize = 0;
    checksum = crc32(bytes, checksum);
    yield* writeAll(descriptor, bytes, size, files);
    size += bytes.length;
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
  files: AnyCalls,
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

function* removeIfThere(file: string, files: AnyCalls): Steps<void> {
  try {
    yield* wait(files.unlink(file));
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

/** Closes where another error, or none, is to be reported. */
function* closeQuietly(descriptor: number, files: AnyCalls): Steps<void> {
  try {
    yield* wait(files.close(descriptor));
  } catch {
    // Nothing depends on it.
  }
}

/** Removes where another error is to be reported. */
function* removeQuietly(file: string, files: AnyCalls): Steps<void> {
  try {
    yield* wait(files.unlink(file));
  } catch {
    // The next write does.
  }
}
