import {lstatSync, readlinkSync, realpathSync} from 'node:fs';
import path from 'node:path';
import {codeOf} from './failures';

/**
 * The one path by which all processes lock a file, whichever symbolic links they
 * come by; also of a file that is yet to be made. Fails when the directory does
 * not exist.
 */
export function canonicalPath(file: string): string {
  const {dir, base} = path.parse(path.resolve(file));
  const place = path.join(realpathSync(dir), base);
  if (!lstatSync(place, {throwIfNoEntry: false})?.isSymbolicLink())
    return place;
  try {
    return realpathSync(place);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    // A link to a file that is yet to be made.
    return canonicalPath(
      path.resolve(path.dirname(place), readlinkSync(place)),
    );
  }
}

/** As {@link canonicalPath}; the absolute path where that cannot be told. */
export function placeOf(file: string): string {
  try {
    return canonicalPath(file);
  } catch {
    return path.resolve(file);
  }
}
