import {spawnSync} from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';

/** The package's folder. */
export const root = path.resolve(__dirname, '../../../..');

/** An application's folder in which the package and its peers are installed. */
export function makeApplication(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'application-'));
  const modules = path.join(folder, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync(path.join(root, 'node_modules'))) {
    if (name.startsWith('.')) continue;
    symlinkSync(
      path.join(root, 'node_modules', name),
      path.join(modules, name),
    );
  }
  symlinkSync(root, path.join(modules, 'loopback-connector-inmemory'));
  // Its own, so that one in a folder above is not taken for the application's.
  const manifest = JSON.stringify({name: 'application', private: true});
  writeFileSync(path.join(folder, 'package.json'), manifest);
  return folder;
}

/**
 * Runs a script of an application; symlinks count as the places where they are.
 * Returns what it prints.
 */
export function runIn(folder: string, script: string): string {
  const flags = ['--preserve-symlinks', '--preserve-symlinks-main'];
  const child = spawnSync(process.execPath, [...flags, script], {
    encoding: 'utf8',
    cwd: folder,
  });
  return child.stdout + child.stderr;
}

/** Runs the TypeScript compiler in an application's folder; returns what it says. */
export function compileIn(folder: string, args: readonly string[]): string {
  const tsc = path.join(
    path.dirname(require.resolve('typescript/package.json')),
    'bin/tsc',
  );
  const common = '--strict --module node16 --target es2022 --types node';
  const child = spawnSync(
    process.execPath,
    [tsc, ...common.split(' '), ...args],
    {encoding: 'utf8', cwd: folder},
  );
  return child.stdout + child.stderr;
}
