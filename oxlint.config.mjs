/** What each folder of lib/ may import, as docs/architecture.md has it. */
const layers = {
  base: [],
  value: ['base'],
  schema: ['base', 'value'],
  store: ['base', 'value', 'schema'],
  query: ['base', 'value', 'schema', 'store'],
  transaction: ['base', 'value', 'schema', 'store'],
  journal: ['base', 'value', 'schema', 'store'],
  database: [
    'base',
    'value',
    'schema',
    'store',
    'query',
    'transaction',
    'journal',
  ],
  connector: ['base', 'value', 'schema', 'database'],
  testing: ['base', 'database', 'connector'],
  cli: ['base', 'database', 'journal'],
};

/** Folders of which a layer may import types, and nothing else. */
const typesOnly = {connector: ['query']};

/** Libraries that only one layer may know; every other layer is refused. */
const libraryOwner = {
  'loopback-connector': 'connector',
  re2js: 'value',
  'fs-native-extensions': 'journal',
};

function layerOverride([folder, allowed]) {
  const forbiddenFolders = Object.keys(layers).filter(
    other => other !== folder && !allowed.includes(other),
  );
  const patterns = forbiddenFolders.map(other => ({
    group: [`../${other}`, `../${other}/**`, `**/lib/${other}/**`],
    allowTypeImports: typesOnly[folder]?.includes(other) ?? false,
    message: `lib/${folder} may import ${allowed.join(', ') || 'nothing'}; not ${other}.`,
  }));
  patterns.push({
    group: ['../../index*', '../../test/**', '../../bench/**'],
    message: 'lib/ imports only from lib/.',
  });
  const libraries = Object.entries(libraryOwner)
    .filter(([, owner]) => owner !== folder)
    .map(([name, owner]) => ({
      name,
      message: `Only lib/${owner} knows ${name}.`,
    }));
  const files = folder === 'journal' ? [] : ['node:fs', 'fs'];
  return {
    files: [`lib/${folder}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns,
          paths: [
            ...libraries,
            ...files.map(name => ({
              name,
              message: 'Only lib/journal touches files.',
            })),
          ],
        },
      ],
    },
  };
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
    ...Object.entries(layers).map(layerOverride),
    {
      // LoopBack calls its connectors with up to five arguments.
      files: ['lib/connector/connector.ts'],
      rules: {'max-params': ['error', {max: 5}]},
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
