import assert from 'node:assert/strict';
import {readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {
  compileIn,
  makeApplication,
  root,
  runIn,
} from '../support/package/application';

const readme = readFileSync(path.join(root, 'README.md'), 'utf8');

/** The block of code of a language, the first of them if there are several. */
function blockOf(language: string): string {
  const [, text] = new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(
    readme,
  )!;
  return text!;
}

describe('the README', () => {
  let folder: string;
  before(() => {
    folder = makeApplication();
  });
  after(() => rmSync(folder, {recursive: true, force: true}));

  it('has a program that compiles, and prints what it says', () => {
    writeFileSync(path.join(folder, 'example.ts'), blockOf('ts'));
    const decorators = ['--experimentalDecorators', '--emitDecoratorMetadata'];
    const fields = ['--useDefineForClassFields', 'false'];
    const flags = [...decorators, ...fields, '--skipLibCheck'];
    assert.equal(compileIn(folder, [...flags, 'example.ts']), '');
    const printed = runIn(folder, path.join(folder, 'example.js'));
    assert.equal(printed, blockOf('text'));
  });

  it('tells of two commands, which the package has', () => {
    const {scripts} = JSON.parse(
      readFileSync(path.join(root, 'package.json'), 'utf8'),
    ) as {scripts: Record<string, string>};
    for (const command of ['start', 'test']) {
      assert.ok(readme.includes(`npm ci && npm ${command}`));
      assert.ok(command in scripts);
    }
  });
});
