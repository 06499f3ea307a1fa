import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {root} from '../support/package/application';

const folder = path.join(root, 'test/testing/examples');

/** The parts of the examples that a document shows, as it does. */
function* shown(): Iterable<{document: string; name: string; text: string}> {
  for (const file of readdirSync(folder)) {
    const code = readFileSync(path.join(folder, file), 'utf8');
    const parts = code.matchAll(
      /^( *)\/\/ (docs\/[\w-]+\.md): (.*)\n([^]*?)^ *\/\/ end$/gm,
    );
    for (const [, indent = '', document = '', name = '', text = ''] of parts) {
      const lines = text.split('\n').map(line => line.slice(indent.length));
      yield {document, name, text: lines.join('\n')};
    }
  }
}

/** Without what another indentation changes. */
function bare(code: string): string {
  return code.replaceAll(/\s+/g, '').replaceAll(/,(?=[)\]}])/g, '');
}

describe('docs/testing.md', () => {
  const parts = [...shown()];

  it('has examples that are run', () => {
    assert.ok(parts.length >= 3);
  });

  for (const {document, name, text} of parts) {
    it(`shows the example ${name} as it is run`, () => {
      const written = readFileSync(path.join(root, document), 'utf8');
      assert.ok(bare(written).includes(`\`\`\`ts${bare(text)}\`\`\``), text);
    });
  }
});
