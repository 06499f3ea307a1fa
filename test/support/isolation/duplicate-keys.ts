import type {History, Statement, Transaction} from './history';
import {showStatement} from './history';
import type {Row, Step} from './naive-rows';

/**
 * A statement may fail with DUPLICATE_KEY only where a row with its id or its
 * code was there at first, was written by its own transaction, or by one that
 * committed before the statement ended. Says which failed for nothing.
 */
export function findUnfoundedDuplicate(history: History): string | undefined {
  for (const transaction of history.transactions) {
    for (const statement of transaction.statements) {
      if (!isDuplicate(statement)) continue;
      if (isFounded(history, transaction, statement)) continue;
      return (
        `${transaction.name} met a key that nobody had committed: ` +
        showStatement(statement)
      );
    }
  }
  return undefined;
}

function isDuplicate({outcome}: Statement): boolean {
  return 'error' in outcome && outcome.error === 'DUPLICATE_KEY';
}

function isFounded(
  {initial, committed}: History,
  own: Transaction,
  failed: Statement,
): boolean {
  const {id, code} = keysOf(failed.step);
  if (id === undefined && code === undefined) return false;
  // One statement can give several rows the same code.
  if (failed.step.kind === 'update') {
    if (typeof failed.step.where.id !== 'number') return true;
  }
  const visible = committed.filter(({end}) => end.from < failed.to);
  const others = [...visible, own].flatMap(({statements}) =>
    statements
      .filter(({from, outcome}) => from < failed.to && !('error' in outcome))
      .map(({step}) => keysOf(step)),
  );
  return [...initial, ...others].some(
    other =>
      (id !== undefined && other.id === id) ||
      (code !== undefined && other.code === code),
  );
}

function keysOf(step: Step): {id?: number; code?: number} {
  if (step.kind !== 'create' && step.kind !== 'update') return {};
  const {id, code}: Partial<Row> =
    step.kind === 'create' ? step.row : step.change;
  return {
    ...(id === undefined ? {} : {id}),
    ...(code === undefined || code === null ? {} : {code}),
  };
}
