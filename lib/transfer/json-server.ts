import {rowText} from '../persistence/data-file/value-types';
import type {TransferTable} from './tables';

/**
 * Tables in the form of json-server's db.json, part by part: an object with a
 * list of rows for each. `at` is told how many rows stand in it.
 */
export function* jsonServerText(
  tables: readonly TransferTable[],
  at: (doneRows: number) => void,
): Generator<string> {
  let done = 0;
  yield '{';
  for (const [t, {rows, schema}] of tables.entries()) {
    yield `${t === 0 ? '' : ','}\n  ${JSON.stringify(schema.name)}: [`;
    for (const [r, row] of rows.entries()) {
      yield `${r === 0 ? '' : ','}\n    ${rowText(row)}`;
      at(++done);
    }
    yield rows.length === 0 ? ']' : '\n  ]';
  }
  yield '\n}\n';
}
