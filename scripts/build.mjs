/**
 * Compiles what has changed into dist/, and removes from there what has no
 * source any more. `--clean` compiles everything anew, `--announce` says so first.
 */
import {spawnSync} from 'node:child_process';
import {existsSync, readdirSync, rmSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

export const root = path.resolve(import.meta.dirname, '..');
export const output = path.join(root, 'dist');

/** What the sources are under; the same as in tsconfig.json. */
export const sources = [
  'index.ts',
  'datasource.ts',
  'kv.ts',
  'register.ts',
  'component.ts',
  'testing.ts',
  'lib',
  'test',
  'bench',
  'examples',
];

/** What the compiler knows of the last time. */
const memory = path.join(output, '.tsbuildinfo');

const require = createRequire(import.meta.url);
const compiler = path.join(
  path.dirname(require.resolve('typescript/package.json')),
  'bin/tsc',
);

/** Brings dist/ up to date; returns the exit code of the compiler. */
export function build() {
  const expected = new Set(outputs());
  const present = existsSync(output) ? filesUnder(output) : [];
  removeStrays(present.filter(file => !expected.has(file)));
  const found = new Set(present);
  // The compiler does not look whether what it wrote is still there.
  const isWhole = [...expected].every(file => found.has(file));
  if (!isWhole) rmSync(memory, {force: true});
  const flags = ['--incremental', '--tsBuildInfoFile', memory];
  const {status} = spawnSync(process.execPath, [compiler, ...flags], {
    cwd: root,
    stdio: 'inherit',
  });
  return status ?? 1;
}

/** The files that the compiler makes of the sources. */
function outputs() {
  return sources
    .flatMap(source => {
      const place = path.join(root, source);
      return source.endsWith('.ts') ? [place] : filesUnder(place);
    })
    .filter(file => file.endsWith('.ts'))
    .flatMap(file => {
      const bare = path.join(output, path.relative(root, file).slice(0, -3));
      return [`${bare}.js`, `${bare}.js.map`, `${bare}.d.ts`];
    });
}

function removeStrays(files) {
  for (const file of files) {
    if (file === memory) continue;
    rmSync(file);
    for (
      let folder = path.dirname(file);
      folder !== output && readdirSync(folder).length === 0;
      folder = path.dirname(folder)
    ) {
      rmSync(folder, {recursive: true});
    }
  }
}

/** All files in a folder and in those below, as whole paths. */
export function filesUnder(folder) {
  return readdirSync(folder, {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--clean')) {
    rmSync(output, {recursive: true, force: true});
  }
  if (process.argv.includes('--announce')) {
    console.log('Compiling, which takes some seconds the first time ...');
  }
  process.exitCode = build();
}
