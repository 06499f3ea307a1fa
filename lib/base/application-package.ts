import {createRequire} from 'node:module';
import path from 'node:path';
import {InMemoryError} from './errors';

/* Packages of the application, which this package has no copies of its own of. */

/**
 * What a package of the application exports, looked for from some directories, then
 * from the working directory, then from this package; undefined where it is not
 * installed. Fails as the package does when it is loaded.
 */
export function requireFrom(places: readonly string[], name: string): unknown {
  for (const place of [...places, process.cwd(), __dirname]) {
    try {
      return createRequire(path.join(place, 'any.js'))(name) as unknown;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') {
        throw error;
      }
    }
  }
  return undefined;
}

/**
 * A package of the application, looked for at some places and in the working
 * directory. Fails with INVALID_SETTING where it is not installed.
 */
export function applicationPackage(
  name: string,
  places: readonly string[] = [],
): unknown {
  const found = requireFrom(places, name);
  if (found !== undefined) return found;
  throw new InMemoryError(
    'INVALID_SETTING',
    `The package ${name} cannot be found from ${process.cwd()}. Run this in the ` +
      'directory of the application, or install the package there.',
    {property: name},
  );
}
