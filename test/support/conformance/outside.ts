import {cpSync, mkdirSync, readdirSync, rmSync, symlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {root} from '../package/application';

/**
 * Copies a folder of a package out of node_modules, where it is taken for code of an
 * application; what is beside it stays where it is. Returns the copy, which is gone
 * when the process ends.
 */
export function copiedOutside(name: string, folder: string): string {
  const base = path.join(root, 'node_modules', name);
  const place = path.join(
    tmpdir(),
    `outside-${process.pid}-${path.basename(name)}`,
  );
  mkdirSync(place, {recursive: true});
  process.once('exit', () => rmSync(place, {recursive: true, force: true}));
  symlinkSync(
    path.join(root, 'node_modules'),
    path.join(place, 'node_modules'),
  );
  for (const entry of readdirSync(base)) {
    const from = path.join(base, entry);
    const to = path.join(place, entry);
    if (entry === folder) cpSync(from, to, {recursive: true});
    else if (entry !== 'node_modules') symlinkSync(from, to);
  }
  return path.join(place, folder);
}
