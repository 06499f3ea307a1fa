import fs from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../../../..');

/**
 * Another copy of the package, in a directory of its own: none of its modules is
 * shared with the copy of the tests, as where jest has a module registry for each
 * spec file, or where two packages bring a copy each. Dependencies are shared.
 */
export function copyOfPackage(directory: string): object {
  fs.mkdirSync(directory);
  for (const name of ['package.json', 'dist/bundle']) {
    fs.cpSync(path.join(root, name), path.join(directory, name), {
      recursive: true,
    });
  }
  const modules = fs.realpathSync(path.join(root, 'node_modules'));
  fs.symlinkSync(modules, path.join(directory, 'node_modules'), 'junction');
  return require(directory) as object;
}
