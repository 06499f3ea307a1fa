import assert from 'node:assert/strict';
import {readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {
  compileIn,
  makeApplication,
  root,
  runIn,
} from '../support/package/application';

const readme = read('README.md');

function read(document: string): string {
  return readFileSync(path.join(root, document), 'utf8');
}

/** The block of code of a language, the first of them if there are several. */
function blockOf(language: string, text: string): string {
  const [, block] = new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(text)!;
  return block!;
}

describe('the documents with a program', () => {
  let folder: string;
  before(() => {
    folder = makeApplication();
  });
  after(() => rmSync(folder, {recursive: true, force: true}));

  for (const document of [
    'README.md',
    'docs/discovery.md',
    'docs/key-value.md',
  ]) {
    it(`${document} has one that compiles, and prints what it says`, () => {
      const text = read(document);
      writeFileSync(path.join(folder, 'example.ts'), blockOf('ts', text));
      const decorators = [
        '--experimentalDecorators',
        '--emitDecoratorMetadata',
      ];
      const fields = ['--useDefineForClassFields', 'false'];
      const flags = [...decorators, ...fields, '--skipLibCheck'];
      assert.equal(compileIn(folder, [...flags, 'example.ts']), '');
      const printed = runIn(folder, path.join(folder, 'example.js'));
      assert.equal(printed, blockOf('text', text));
    });
  }
});

describe('the README', () => {
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
