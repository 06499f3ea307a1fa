import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {type ErrorCode, InMemoryError} from '../../lib/base/errors';
import {statusCodes, withStatus} from '../../lib/connector/respond';

const document = readFileSync(
  path.resolve(__dirname, '../../../docs/errors.md'),
  'utf8',
);

describe('docs/errors.md', () => {
  const rows = [
    ...document.matchAll(/^\| `([A-Z_]+)` *\| (\d{3}) *\| *([0-9A-Z]*) *\|/gm),
  ];

  it('has a row for every code', () => {
    const named = rows.map(([, code]) => code!);
    assert.deepEqual(named.sort(), Object.keys(statusCodes).sort());
  });

  for (const [, code, status, sqlState] of rows) {
    it(`has the status and SQLSTATE of ${code}`, () => {
      const error = new InMemoryError(code as ErrorCode, 'no');
      withStatus(error);
      assert.equal(error.statusCode, Number(status));
      assert.equal(error.sqlState ?? '', sqlState);
    });
  }
});
