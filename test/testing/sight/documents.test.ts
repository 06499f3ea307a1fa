import assert from 'node:assert/strict';
import {readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {
  compileIn,
  makeApplication,
  root,
  runIn,
} from '../../support/package/application';

/** The program of the section, and what it prints. */
function section(): {readonly program: string; readonly printed: string} {
  const text = readFileSync(path.join(root, 'docs/testing.md'), 'utf8');
  const [, rest] = text.split('## See what happened\n');
  const [, program] = /```ts\n([^]*?)```/.exec(rest!)!;
  const [, printed] = /```text\n([^]*?)```/.exec(rest!)!;
  return {program: program!, printed: printed!};
}

/** Without the microseconds, and the padding that they need. */
function withoutTimes(text: string): string {
  return text
    .replaceAll(/ +\d+ +(example\.js:\d+)/g, ' US $1')
    .replaceAll(/ {2,}/g, ' ');
}

describe('"See what happened" in docs/testing.md', () => {
  it('has a program that prints what it says', () => {
    const folder = makeApplication();
    try {
      const {printed, program} = section();
      writeFileSync(path.join(folder, 'example.ts'), program);
      const flags = [
        '--experimentalDecorators',
        '--emitDecoratorMetadata',
        '--useDefineForClassFields',
        'false',
        '--skipLibCheck',
      ];
      assert.equal(compileIn(folder, [...flags, 'example.ts']), '');
      const output = runIn(folder, path.join(folder, 'example.js'));
      assert.equal(withoutTimes(output), withoutTimes(printed));
    } finally {
      rmSync(folder, {recursive: true, force: true});
    }
  });
});
