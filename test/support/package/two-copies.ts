import {spawnSync} from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {root} from './application';

/**
 * An application's folder in which the package has a copy of loopback-connector of
 * its own, as npm installs it where the versions do not fit. The juggler has
 * another one.
 */
export function makeApplicationOfTwoCopies(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'two-copies-'));
  const folder = realpathSync(made);
  const modules = path.join(folder, 'node_modules');
  const installed = path.join(root, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync(installed)) {
    if (name.startsWith('.')) continue;
    symlinkSync(path.join(installed, name), path.join(modules, name));
  }
  const ours = path.join(modules, 'loopback-connector-inmemory');
  for (const name of ['package.json', 'dist/bundle']) {
    cpSync(path.join(root, name), path.join(ours, name), {recursive: true});
  }
  cpSync(
    realpathSync(path.join(installed, 'loopback-connector')),
    path.join(ours, 'node_modules/loopback-connector'),
    {recursive: true},
  );
  return folder;
}

/** Runs a script in a folder; returns what it prints. */
export function runScript(folder: string, script: string): string {
  const file = path.join(folder, 'main.js');
  writeFileSync(file, script);
  const child = spawnSync(process.execPath, [file], {
    encoding: 'utf8',
    cwd: folder,
  });
  return child.stdout + child.stderr;
}
