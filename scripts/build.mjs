/**
 * Compiles what has changed into dist/, removes from there what has no source any
 * more, and bundles what is published. `--clean` does everything anew, `--announce`
 * says so first.
 */
import {spawnSync} from 'node:child_process';
import {existsSync, readdirSync, rmSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {bundleUp} from './bundle.mjs';
import {compiledFiles, compiler, filesUnder, output, root} from './places.mjs';

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

/** Brings dist/ up to date; resolves to the exit code of the compiler. */
export async function build() {
  const exitCode = compile();
  return exitCode === 0 ? bundleUp() : exitCode;
}

/** Compiles the sources; returns the exit code of the compiler. */
function compile() {
  const expected = new Set(outputs());
  const present = existsSync(output) ? compiledFiles() : [];
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--clean')) {
    rmSync(output, {recursive: true, force: true});
  }
  if (process.argv.includes('--announce')) {
    console.log('Compiling, which takes some seconds the first time ...');
  }
  process.exitCode = await build();
}
