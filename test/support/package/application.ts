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

const repository6 = 'loopback-repository-6';

/** The packages of an older LoopBack, by the folders in which they are here. */
const olderPackages: Readonly<Record<string, string>> = {
  '@loopback/core': 'loopback-core-5',
  '@loopback/repository': repository6,
  'loopback-datasource-juggler': `${repository6}/node_modules/loopback-datasource-juggler`,
  'loopback-connector': `${repository6}/node_modules/loopback-connector`,
};

/**
 * An application's folder in which the package and its peers are installed:
 * `@loopback/repository` 8 and what belongs to it, or 6.
 */
export function makeApplication(repository: 6 | 8 = 8): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'application-'));
  const modules = path.join(folder, 'node_modules');
  mkdirSync(path.join(modules, '@loopback'), {recursive: true});
  const older = repository === 6 ? olderPackages : {};
  for (const name of installed()) {
    const source = path.join(root, 'node_modules', older[name] ?? name);
    symlinkSync(source, path.join(modules, name));
  }
  const own = path.join(modules, 'loopback-connector-inmemory');
  mkdirSync(own);
  // What of it is published; where a compiler finds sources, it takes these.
  for (const name of ['dist', 'package.json']) {
    symlinkSync(path.join(root, name), path.join(own, name));
  }
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

/** The packages in our `node_modules`; of scopes, LoopBack's one by one. */
function installed(): string[] {
  const modules = path.join(root, 'node_modules');
  return readdirSync(modules)
    .filter(name => !name.startsWith('.'))
    .flatMap(name =>
      name === '@loopback'
        ? readdirSync(path.join(modules, name)).map(own => `${name}/${own}`)
        : [name],
    );
}

/** The TypeScript compilers that are installed. */
export type Compiler = 'typescript' | 'typescript-5.2';

/** Runs a TypeScript compiler in an application's folder; returns what it says. */
export function compileIn(
  folder: string,
  args: readonly string[],
  compiler: Compiler = 'typescript',
): string {
  const tsc = path.join(
    path.dirname(require.resolve(`${compiler}/package.json`)),
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
