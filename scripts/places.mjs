/** Where the sources are, and what is made of them. */
import {readdirSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '..');

/** Each source compiled by itself: what tests import. */
export const output = path.join(root, 'dist');

/** What is published. */
export const bundle = path.join(output, 'bundle');

/** The sources as ES modules, of which the bundle is made. */
export const modules = path.join(output, '.modules');

const require = createRequire(import.meta.url);

/** The script of the compiler. */
export const compiler = path.join(
  path.dirname(require.resolve('typescript/package.json')),
  'bin/tsc',
);

/** All files in a folder and in those below, as whole paths. */
export function filesUnder(folder) {
  return readdirSync(folder, {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name));
}

/** The files that the compiler has made of each source by itself. */
export function compiledFiles() {
  return filesUnder(output).filter(file => {
    const [folder] = path.relative(output, file).split(path.sep);
    return folder !== 'bundle' && folder !== '.modules';
  });
}
