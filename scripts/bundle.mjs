/**
 * Makes of the library the few files that are published, in dist/bundle/:
 * docs/architecture.md has why. The compiler turns the sources into ES modules in
 * dist/.modules/, and Rollup joins these.
 */
import {spawnSync} from 'node:child_process';
import {readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {isBuiltin} from 'node:module';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {rollup} from 'rollup';
import {
  bundle,
  compiler,
  filesUnder,
  modules,
  output,
  root,
} from './places.mjs';

/** Written after a bundle that is whole. */
const stamp = path.join(modules, '.bundled');

/** The files that users load, and what each is made of. */
const entries = {
  index: 'index',
  kv: 'kv',
  register: 'register',
  datasource: 'datasource',
  component: 'component',
  testing: 'testing',
  cli: 'lib/cli/main',
};

/**
 * Files that several others need. A module belongs to the first of these by whose
 * root it is imported, so that none imports from one below it; what is imported by
 * no root stands where Rollup finds best.
 */
const shared = [
  'index',
  'testing',
  'lib/connector/kv/initialize',
  'lib/persistence/data-store',
  'lib/database/discoverable',
  'lib/transfer/copy-rows',
  'lib/testing/sight/assertions',
  'lib/testing/seeds/read-files',
];

/**
 * Brings dist/bundle/ up to date with what was compiled. Returns the exit code of
 * the compiler; fails as Rollup does.
 */
export async function bundleUp() {
  if (isFresh()) return 0;
  const flags = ['-p', 'tsconfig.bundle.json', '--incremental'];
  const memory = ['--tsBuildInfoFile', path.join(modules, '.tsbuildinfo')];
  const {status} = spawnSync(
    process.execPath,
    [compiler, ...flags, ...memory],
    {cwd: root, stdio: 'inherit'},
  );
  if (status !== 0) return status ?? 1;
  const written = await joined();
  for (const file of filesUnder(bundle)) {
    if (!written.has(path.basename(file))) rmSync(file);
  }
  writeFileSync(stamp, '');
  return 0;
}

/** Whether nothing has changed since the bundle was made. */
function isFresh() {
  const made = timeOf(stamp);
  if (made === 0) return false;
  const before = [
    ...Object.values(entries).map(name => path.join(output, `${name}.js`)),
    ...filesUnder(path.join(output, 'lib')),
    path.join(root, 'tsconfig.bundle.json'),
    fileURLToPath(import.meta.url),
  ];
  const isWhole = Object.keys(entries).every(
    name => timeOf(path.join(bundle, `${name}.js`)) > 0,
  );
  return isWhole && before.every(file => timeOf(file) <= made);
}

function timeOf(file) {
  return statSync(file, {throwIfNoEntry: false})?.mtimeMs ?? 0;
}

/** Writes the bundle; returns the names of its files. */
async function joined() {
  const graph = await rollup({
    input: Object.fromEntries(
      Object.entries(entries).map(([name, file]) => [name, moduleOf(file)]),
    ),
    plugins: [compiledModules],
    // There is nothing that nobody uses, and looking for it takes long.
    treeshake: false,
    preserveEntrySignatures: 'strict',
    onwarn(warning) {
      throw new Error(warning.message);
    },
  });
  const {output: files} = await graph.write({
    dir: bundle,
    format: 'cjs',
    exports: 'named',
    esModule: true,
    interop: id => (isBuiltin(id) ? 'default' : 'auto'),
    externalLiveBindings: false,
    freeze: false,
    generatedCode: {preset: 'es2015', symbols: false},
    hoistTransitiveImports: false,
    sourcemap: true,
    chunkFileNames: '[name].js',
    manualChunks: sharedFiles(),
  });
  await graph.close();
  return new Set(files.map(file => file.fileName));
}

function moduleOf(name) {
  return path.join(modules, `${name}.js`);
}

/** How the file is called that begins with a module, without its ending. */
function fileOf(module) {
  const [top, ...rest] = path
    .relative(modules, module.slice(0, -3))
    .split(path.sep);
  return top === 'lib' ? rest.join('-') : `${top}-core`;
}

/** Tells of a module in which of the shared files it is. */
function sharedFiles() {
  let places;
  return (id, {getModuleInfo}) => {
    places ??= placesOf(getModuleInfo);
    return places.get(id);
  };
}

function placesOf(getModuleInfo) {
  const places = new Map();
  for (const name of shared) {
    const module = moduleOf(name);
    for (const id of reachedFrom(module, getModuleInfo)) {
      if (!places.has(id)) places.set(id, fileOf(module));
    }
  }
  return places;
}

/** The modules that one imports, itself among them. */
function reachedFrom(module, getModuleInfo) {
  const reached = new Set([module]);
  for (const id of reached) {
    const {importedIds} = getModuleInfo(id);
    for (const imported of importedIds.filter(id => path.isAbsolute(id))) {
      reached.add(imported);
    }
  }
  return reached;
}

const lazily = /\brequire\('(\.[^']*)'\)/g;

/** With a single one the engine holds the whole file with two bytes a letter. */
const wideLetter = /[^\0-\x7f]/g;

function escaped(letter) {
  return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * Finds the modules of the compiler. One that is required where it is first used
 * begins a file of its own, which is required there as well.
 */
const compiledModules = {
  name: 'compiled-modules',
  resolveId(id, importer) {
    if (path.isAbsolute(id)) return id;
    if (!id.startsWith('.')) return {id, external: true};
    return `${path.resolve(path.dirname(importer), id)}.js`;
  },
  load(id) {
    const text = readFileSync(id, 'utf8').replace(wideLetter, escaped);
    const code = text.replace(lazily, (_, name) => {
      const module = `${path.resolve(path.dirname(id), name)}.js`;
      const file = this.emitFile({
        type: 'chunk',
        id: module,
        name: fileOf(module),
        preserveSignature: 'allow-extension',
      });
      return `require(import.meta.ROLLUP_FILE_URL_${file})`;
    });
    return {code, map: readFileSync(`${id}.map`, 'utf8')};
  },
  resolveFileUrl({relativePath}) {
    return `'./${relativePath}'`;
  },
};
