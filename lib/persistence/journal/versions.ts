import {InMemoryError} from '../../base/errors';

/*
 * Which package may read and write which journal.
 *
 * A header says two numbers, as that of an SQLite database does:
 *
 *   loopback-inmemory-journal 3 2 5b1e7a90 {...}
 *                             | |
 *                             | readers must know version 2 at least
 *                             version 3 has written it: writers must know that
 *
 * A package that knows versions up to K takes it so:
 *
 *   header   K = 1     K = 2                               K = 3 or more
 *   3 2      refused   read; unknown members are ignored   read and written
 *   3 3      refused   refused                             read and written
 *
 * Both refusals are DATA_TOO_NEW, and nothing is changed: the checksum of the
 * header comes first, so a number that a flipped bit has made is damage and
 * never a version. Whoever has ignored a member writes nothing, neither a
 * record nor a checkpoint, for what it writes would be without it.
 *
 * Rules for whoever changes the format:
 *
 * - Every change raises `formatVersion`, a new member too. A member that the
 *   version of a header does not have is damage, so this cannot be forgotten.
 * - A change that a reader cannot ignore and still have the right rows (another
 *   meaning, a new type of values, a member without which rows are wrong) raises
 *   `readerVersion` to the new `formatVersion`.
 * - The numbers speak for the data file that the header names as well.
 * - All older versions are read for ever; test/persistence/data has files of
 *   each. Records are of the version of their header: an older journal is
 *   never appended to, its commits go to a new one that takes its place.
 * - The form of the header's line stays as it is in all versions, up to and with
 *   its checksum, and it is UTF-8 of `maxHeaderBytes` at the most.
 */

/** The version of the format that is written, and the newest that is known. */
export const formatVersion = 3;

/** The version that a reader of what is written must know at least. */
export const readerVersion = 1;

/** Whether a version is older than what is written. */
export function isBefore(version: number): boolean {
  return version < formatVersion;
}

/** The versions of the format that the header of a journal states. */
export interface Versions {
  /** The one with which it was written. */
  readonly written: number;
  /** The one that a reader must know at least. */
  readonly reader: number;
}

/** The error for a journal that only a newer package can read. */
export function tooNewToRead(
  journal: string,
  {reader}: Versions,
): InMemoryError {
  return tooNew(
    journal,
    `can be read only with version ${reader} of its format`,
    'To open it, update loopback-connector-inmemory.',
  );
}

/**
 * Fails with DATA_TOO_NEW when a journal of a version, which was read, is not to
 * be written: parts of it that are not known would be lost.
 */
export function requireWritable(
  journal: string,
  version: number | undefined,
): void {
  if (version === undefined || !isNewer(version)) return;
  throw tooNew(
    journal,
    `can be written only with version ${version} of its format`,
    'To write, update loopback-connector-inmemory; to read, open it with ' +
      'readOnly: true. The commands info, check, dump and export work.',
  );
}

/**
 * What to do where files of a version that is only read are damaged; undefined
 * where they are of one that this package repairs.
 */
export function repairByNewer(version: number | undefined): string | undefined {
  return version === undefined || !isNewer(version)
    ? undefined
    : 'It was written by a newer package, and only that can repair it: update ' +
        'loopback-connector-inmemory.';
}

/** Whether a version may have members that are not known. */
export function isNewer(version: number): boolean {
  return version > formatVersion;
}

function tooNew(journal: string, limit: string, advice: string): InMemoryError {
  const message =
    `Journal ${journal} was written by a newer package and ${limit}; this ` +
    `package knows version ${formatVersion}. Nothing was changed. ${advice}`;
  return new InMemoryError('DATA_TOO_NEW', message, {file: journal});
}
