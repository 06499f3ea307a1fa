import {execFileSync} from 'node:child_process';
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../../../..');

/**
 * Compiles models of LoopBack 4 as an application does, into `dist/models` of a
 * directory; returns what that is called.
 */
export function compileModels(
  directory: string,
  sources: Readonly<Record<string, string>>,
): string {
  const source = path.join(directory, 'src/models');
  mkdirSync(source, {recursive: true});
  symlinkSync(
    path.join(root, 'node_modules'),
    path.join(directory, 'node_modules'),
    'junction',
  );
  for (const [file, text] of Object.entries(sources)) {
    writeFileSync(path.join(source, file), text);
  }
  const output = path.join(directory, 'dist/models');
  const compiler = path.join(root, 'node_modules/typescript-5.2/bin/tsc');
  const options =
    '--target es2022 --module commonjs --experimentalDecorators ' +
    '--emitDecoratorMetadata --useDefineForClassFields false --skipLibCheck';
  execFileSync(process.execPath, [
    compiler,
    ...options.split(' '),
    '--outDir',
    output,
    ...Object.keys(sources).map(file => path.join(source, file)),
  ]);
  return output;
}
