import type {Stats} from 'node:fs';

/** What a path can lead to. */
export type FileKind =
  | 'regular file'
  | 'directory'
  | 'named pipe (FIFO)'
  | 'socket'
  | 'character device'
  | 'block device';

/** What a path leads to, by what `node:fs` tells of it. */
export function kindOf(stats: Stats): FileKind {
  if (stats.isFile()) return 'regular file';
  if (stats.isDirectory()) return 'directory';
  if (stats.isFIFO()) return 'named pipe (FIFO)';
  if (stats.isSocket()) return 'socket';
  return stats.isBlockDevice() ? 'block device' : 'character device';
}

/**
 * Fails, and says what it is, unless it is a regular file: others have no size,
 * no end or no content to come back to.
 */
export function requireRegular(kind: FileKind): void {
  if (kind === 'regular file') return;
  throw new Error(`it is a ${kind}, not a regular file`);
}
