import type {History, Transaction} from './history';
import {
  answerOfRead,
  changesOf,
  isSameAnswer,
  isSameRows,
  repeatedCode,
  type Rows,
  rowsOf,
  type Step,
  withChanges,
} from './naive-rows';

/**
 * The committed transactions must be equal to the same transactions one after
 * another, in any order. Says so when there is no such order.
 */
export function findNoSerialOrder(history: History): string | undefined {
  const {initial, committed, final} = history;
  if (hasOrder(committed, rowsOf(initial), rowsOf(final))) return undefined;
  const names = committed.map(({name}) => name).join(', ');
  return `No serial order of ${names || 'nobody'} gives these answers and rows.`;
}

function hasOrder(
  remaining: readonly Transaction[],
  rows: Rows,
  final: Rows,
): boolean {
  if (remaining.length === 0) return isSameRows(rows, final);
  return remaining.some(next => {
    const after = replay(next, rows);
    if (after === undefined) return false;
    const others = remaining.filter(other => other !== next);
    return hasOrder(others, after, final);
  });
}

/** The rows after a transaction; undefined where it answers otherwise. */
function replay(transaction: Transaction, before: Rows): Rows | undefined {
  let rows = before;
  for (const {step, outcome} of transaction.statements) {
    if ('error' in outcome) continue;
    const result = execute(step, rows);
    if (!isSameAnswer(result.answer, outcome.answer)) return undefined;
    rows = result.rows;
  }
  return rows;
}

function execute(step: Step, rows: Rows) {
  const answer = answerOfRead(step, rows);
  if (answer !== undefined) return {answer, rows};
  const changes = changesOf(step, {
    seen: rows,
    latest: rows,
    knowsBirths: false,
  });
  const after = withChanges(rows, changes);
  const isDuplicate =
    (step.kind === 'create' && rows.has(step.row.id)) ||
    repeatedCode(after) !== undefined;
  return isDuplicate ? {answer: -1, rows} : {answer: changes.size, rows: after};
}
