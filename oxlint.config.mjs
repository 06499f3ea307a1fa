import {readdirSync} from 'node:fs';

/** What each folder of lib/ may import, as docs/architecture.md has it. */
export const layers = {
  base: [],
  value: ['base'],
  schema: ['base', 'value'],
  store: ['base', 'value', 'schema'],
  query: ['base', 'value', 'schema', 'store'],
  transaction: ['base', 'value', 'schema', 'store'],
  persistence: ['base', 'value', 'schema', 'store'],
  database: [
    'base',
    'value',
    'schema',
    'store',
    'query',
    'transaction',
    'persistence',
  ],
  transfer: ['base', 'value', 'schema', 'persistence', 'database', 'connector'],
  dialects: ['base', 'value', 'schema', 'database'],
  connector: ['base', 'value', 'schema', 'database', 'dialects'],
  component: ['base', 'connector'],
  testing: [
    'base',
    'persistence',
    'database',
    'transfer',
    'connector',
    'dialects',
  ],
  cli: ['base', 'schema', 'database', 'persistence', 'transfer'],
};

/** Folders of which a layer may import types, and nothing else. */
const typesOnly = {connector: ['query'], dialects: ['query']};

/** What a folder within a layer may import of what lies beside it. */
const rooms = {
  'store/tree': [],
  'persistence/disk': [],
  'persistence/lock': ['disk'],
  'persistence/data-file': ['disk'],
  'persistence/journal': ['disk', 'lock', 'data-file'],
  'persistence/salvage': ['disk', 'data-file', 'journal', 'recovered-table'],
  'connector/kv': [
    'connector',
    'data-source-config',
    'initialize',
    'loopback',
    'setting-rules',
    'settings',
    'statement-runner',
  ],
  'dialects/relational': [
    'collation',
    'ddl',
    'dialect',
    'emulated-table',
    'hazards',
  ],
  'dialects/mysql': [
    'collation',
    'ddl',
    'decimals',
    'dialect',
    'discovery',
    'full-text',
    'native-error',
    'relational',
  ],
  'dialects/postgresql': [
    'collation',
    'ddl',
    'decimals',
    'dialect',
    'discovery',
    'full-text',
    'native-error',
    'relational',
  ],
  'dialects/mongodb': ['collation', 'dialect', 'hazards', 'native-error'],
  'dialects/sqlite': [
    'collation',
    'ddl',
    'dialect',
    'hazards',
    'native-error',
    'relational',
  ],
  'testing/sight': ['watched-models'],
  'testing/seeds': [
    'arguments',
    'fork',
    'seeded',
    'snapshot',
    'watched-models',
  ],
  'cli/commands': [
    'command',
    'damage-list',
    'dump-record',
    'facts',
    'import-input',
    'load-input',
    'loaded',
    'progress',
    'read-source',
    'schema-text',
    'sound-tables',
    'terminal',
    'texts-out',
  ],
};

/** Libraries that only one layer may know; every other layer is refused. */
const libraryOwner = {
  'loopback-connector': 'connector',
  re2js: 'value',
  'fs-native-extensions': 'persistence',
};

/** The one layer that touches files. */
const fileLayer = 'persistence';

/** What no file of a layer may import, `up` being the way to lib/. */
function layerRule(layer, up) {
  const allowed = layers[layer];
  const patterns = Object.keys(layers)
    .filter(other => other !== layer && !allowed.includes(other))
    .map(other => ({
      group: [`${up}${other}`, `${up}${other}/**`, `**/lib/${other}/**`],
      allowTypeImports: typesOnly[layer]?.includes(other) ?? false,
      message: `lib/${layer} may import ${allowed.join(', ') || 'nothing'}; not ${other}.`,
    }));
  patterns.push({
    group: [`${up}../index*`, `${up}../test/**`, `${up}../bench/**`],
    message: 'lib/ imports only from lib/.',
  });
  const libraries = Object.entries(libraryOwner)
    .filter(([, owner]) => owner !== layer)
    .map(([name, owner]) => ({
      name,
      message: `Only lib/${owner} knows ${name}.`,
    }));
  const files = layer === fileLayer ? [] : ['node:fs', 'fs'];
  const paths = files.map(name => ({
    name,
    message: `Only lib/${fileLayer} touches files.`,
  }));
  return {patterns, paths: [...libraries, ...paths]};
}

function layerOverride(layer) {
  return {
    files: [`lib/${layer}/*.ts`],
    rules: {'no-restricted-imports': ['error', layerRule(layer, '../')]},
  };
}

function roomOverride([room, allowed]) {
  const [layer, name] = room.split('/');
  const {patterns, paths} = layerRule(layer, '../../');
  const beside = readdirSync(new URL(`lib/${layer}`, import.meta.url))
    .map(file => file.replace(/\.ts$/, ''))
    .filter(other => other !== name && !allowed.includes(other));
  const within = {
    group: beside.flatMap(other => [`../${other}`, `../${other}/**`]),
    message: `lib/${room} may import ${allowed.join(', ') || 'nothing'} of what lies beside it.`,
  };
  return {
    files: [`lib/${room}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {patterns: [...patterns, within], paths},
      ],
    },
  };
}

for (const layer of readdirSync(new URL('lib', import.meta.url))) {
  if (!(layer in layers)) throw new Error(`lib/${layer} has no line in layers`);
  const names = readdirSync(new URL(`lib/${layer}`, import.meta.url));
  for (const name of names.filter(name => !name.endsWith('.ts'))) {
    const room = `${layer}/${name}`;
    if (!(room in rooms)) throw new Error(`lib/${room} has no line in rooms`);
  }
}

export default {
  plugins: ['typescript', 'import', 'unicorn', 'oxc'],
  categories: {correctness: 'error', suspicious: 'error', perf: 'error'},
  env: {node: true, es2022: true},
  ignorePatterns: ['dist', 'coverage', 'node_modules'],
  rules: {
    'import/no-cycle': ['error', {ignoreTypes: false}],
    'import/no-unassigned-import': 'off',
    'max-lines': ['error', {max: 400}],
    'max-lines-per-function': ['error', {max: 60}],
    'max-params': ['error', {max: 4}],
    'max-depth': ['error', {max: 3}],
    complexity: ['error', {max: 12}],
    eqeqeq: ['error', 'always'],
    'no-var': 'error',
    'prefer-const': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'off',
    'typescript/no-floating-promises': 'error',
    'typescript/no-unsafe-type-assertion': 'off',
    'no-await-in-loop': 'off',
    'no-shadow': 'off',
    // LoopBack names the members that connectors share with it so.
    'no-underscore-dangle': 'off',
    'oxc/no-map-spread': 'off',
    'unicorn/no-array-sort': 'off',
    'unicorn/consistent-function-scoping': 'off',
  },
  overrides: [
    ...Object.keys(layers).map(layerOverride),
    ...Object.entries(rooms).map(roomOverride),
    {
      // LoopBack wants all methods of a connector on one object, and calls them
      // with up to five arguments.
      files: ['lib/connector/connector.ts', 'lib/connector/kv/connector.ts'],
      rules: {
        'max-params': ['error', {max: 5}],
        'max-lines': ['error', {max: 700}],
      },
    },
    {
      files: ['test/**/*.ts', 'bench/**/*.ts', 'examples/**/*.ts'],
      rules: {
        'max-lines-per-function': 'off',
        'max-lines': 'off',
        'typescript/no-explicit-any': 'off',
      },
    },
  ],
};
