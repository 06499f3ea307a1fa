import assert from 'node:assert/strict';
import {rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {
  compileIn,
  type Compiler,
  makeApplication,
} from '../support/package/application';
import {moduleOf, snippets} from '../support/package/snippets';
import {mistakes, typedProgram} from '../support/package/typed-program';

/** The settings of LoopBack's projects, but with all declarations checked. */
const flags = [
  '--noEmit --lib es2020 --skipLibCheck false --preserveSymlinks',
  '--experimentalDecorators --emitDecoratorMetadata --esModuleInterop',
  '--useDefineForClassFields false --strictPropertyInitialization false',
].flatMap(line => line.split(' '));

/** The compilers, each with what decides where it finds the types. */
const compilers: readonly (readonly [Compiler, ...string[]])[] = [
  ['typescript-5.2', '--module', 'commonjs', '--moduleResolution', 'node10'],
  ['typescript-5.2', '--exactOptionalPropertyTypes'],
  ['typescript', '--exactOptionalPropertyTypes'],
  ['typescript'],
];

/** Whether all are tried with both repositories, and not the oldest and the strictest with one each. */
const triesAll = process.env['COMPILATIONS'] === 'all';

function compilersFor(repository: 6 | 8): typeof compilers {
  const only = compilers[repository === 6 ? 0 : 2]!;
  return triesAll ? compilers : [only];
}

/**
 * The errors that a compiler tells, but for those in LoopBack's own declarations:
 * one of them uses a name that it does not import.
 */
function errorsIn(output: string): string[] {
  return output
    .split(/^(?=\S)/m)
    .filter(error => !error.startsWith('node_modules/@loopback/'));
}

for (const repository of [6, 8] as const) {
  describe(`the types, with @loopback/repository ${repository}`, () => {
    let folder: string;
    before(() => {
      folder = makeApplication(repository);
      writeFileSync(path.join(folder, 'program.ts'), typedProgram);
      for (const snippet of snippets()) {
        const file = path.join(folder, `${snippet.name}.ts`);
        writeFileSync(file, moduleOf(snippet));
      }
    });
    after(() => rmSync(folder, {recursive: true, force: true}));

    for (const [compiler, ...options] of compilersFor(repository)) {
      it(`suit a program and all documents, by ${compiler} ${options.join(' ')}`, () => {
        const files = ['program', ...snippets().map(({name}) => name)];
        const names = files.map(name => `${name}.ts`);
        const args = [...flags, ...options, ...names];
        const output = compileIn(folder, args, compiler);
        assert.deepEqual(errorsIn(output), []);
      });
    }

    it('refuse mistakes, each at its line', () => {
      const head =
        `import {DataSource} from 'loopback-datasource-juggler'; import {
        inMemory, inTransaction, InMemorySettings, InMemoryDataSourceConfig
      } from 'loopback-connector-inmemory';`.replaceAll('\n', ' ');
      const text = [head, ...mistakes].join('\n');
      writeFileSync(path.join(folder, 'mistakes.ts'), text);
      const output = compileIn(folder, [...flags, 'mistakes.ts']);
      const lines = [...output.matchAll(/^mistakes\.ts\((\d+),/gm)];
      assert.deepEqual(
        lines.map(([, line]) => Number(line)),
        mistakes.map((_, index) => index + 2),
      );
    });
  });
}
