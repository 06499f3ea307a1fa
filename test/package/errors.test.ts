import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {
  type ErrorCode,
  errorCodes,
  type ErrorFacts,
} from '../../lib/base/error-codes';

const document = readFileSync(
  path.resolve(__dirname, '../../../docs/errors.md'),
  'utf8',
);

/** The line of the document's table on a code. */
function rowOf(code: string, facts: ErrorFacts): string {
  const {status, sqlState = '', constraintSqlStates = {}} = facts;
  const states = Object.entries(constraintSqlStates).map(
    ([constraint, state]) => `\`${constraint}\` ${state}`,
  );
  const cells = [
    `\`${code}\``,
    status,
    [sqlState, ...states].join('; '),
    facts.when,
    facts.advice,
  ];
  return spaced(`| ${cells.join(' | ')} |`);
}

/** Without the spaces that only align a table. */
function spaced(line: string): string {
  return line.replace(/ +/g, ' ');
}

describe('docs/errors.md', () => {
  const rows = new Map(
    [...document.matchAll(/^\| `([A-Z_]+)` .*$/gm)].map(([line, code]) => [
      code!,
      spaced(line),
    ]),
  );

  for (const code of Object.keys(errorCodes) as ErrorCode[]) {
    it(`says of ${code} what belongs to it`, () => {
      const row = rowOf(code, errorCodes[code]);
      assert.equal(
        rows.get(code),
        row,
        `docs/errors.md needs the line\n${row}`,
      );
    });
  }

  it('has the codes there are, in the order in which they are declared', () => {
    assert.deepEqual([...rows.keys()], Object.keys(errorCodes));
  });
});
