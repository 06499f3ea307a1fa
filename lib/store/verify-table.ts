import {show} from '../base/errors';
import {verifyIndex} from './index-tree';
import {sequenceOfRow, type Table} from './table';
import {stop} from './tree/tree';

/** What is wrong with a table: the check behind `verify`. */
export function verifyTable(table: Table): string[] {
  const {ids, rows, schema, check} = table;
  const problems = rows.problems();
  rows.forEach((row, id) => {
    if (ids.order(ids.keyOf(row), id) !== 0) {
      problems.push(`row ${show(ids.keyOf(row))} is stored as ${show(id)}`);
    } else if (sequenceOfRow(row, table) > table.nextSequence) {
      problems.push(`the next id is taken: ${table.nextSequence}`);
    }
    const violation = check?.(row);
    if (violation !== undefined) {
      problems.push(`row ${show(id)}: ${violation.message}`);
    }
    return problems.length > 10 ? stop : undefined;
  });
  const built = table.indexes.map(index => index.keys.definition.name).sort();
  const declared = schema.indexes.map(index => index.name).sort();
  if (built.join() !== declared.join()) {
    problems.push(`has indexes ${built.join()}, declares ${declared.join()}`);
  }
  for (const index of table.indexes) {
    problems.push(...verifyIndex(index, rows, ids.order));
  }
  return problems.map(problem => `table ${schema.name}: ${problem}`);
}

/** Fails when a row of the table breaks a rule for itself. */
export function requireSoundRows({rows, check}: Table): void {
  if (check === undefined) return;
  rows.forEach(row => {
    const violation = check(row);
    if (violation !== undefined) throw violation;
  });
}
