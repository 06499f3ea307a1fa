import type {History, Statement, Transaction} from './history';
import {showStatement} from './history';
import type {Row} from './naive-rows';

/** A write of a transaction, found by the value that it wrote. */
interface Write {
  readonly by: Transaction;
  readonly statement: Statement;
}

/**
 * Each value that a read saw must be an initial one, one that the transaction
 * wrote before, or one of a transaction whose commit began before the read
 * ended. Says of one that is not whose it was.
 */
export function findUncommittedRead(history: History): string | undefined {
  const writes = writesByValue(history);
  for (const by of history.transactions) {
    for (const statement of by.statements) {
      const wrong = rowsSeen(statement)
        .map(row => wrongIn(history, writes, row, {by, statement}))
        .find(wrong => wrong !== undefined);
      if (wrong === undefined) continue;
      return `${by.name} saw ${wrong}: ${showStatement(statement)}`;
    }
  }
  for (const {value} of history.final) {
    const write = writes.get(value);
    if (write && !history.committed.includes(write.by)) {
      return `The value ${value} of ${write.by.name} stayed, which rolled back.`;
    }
  }
  return undefined;
}

function writesByValue({transactions}: History): Map<number, Write> {
  const writes = new Map<number, Write>();
  for (const by of transactions) {
    for (const statement of by.statements) {
      const {step} = statement;
      if (step.kind === 'create') writes.set(step.row.value, {by, statement});
      if (step.kind === 'update') {
        writes.set(step.change.value, {by, statement});
      }
    }
  }
  return writes;
}

function rowsSeen({outcome}: Statement): readonly Row[] {
  if ('error' in outcome || typeof outcome.answer === 'number') return [];
  return outcome.answer;
}

function wrongIn(
  {initial, committed}: History,
  writes: ReadonlyMap<number, Write>,
  {value}: Row,
  read: Write,
): string | undefined {
  const write = writes.get(value);
  if (write === undefined) {
    const isInitial = initial.some(row => row.value === value);
    return isInitial ? undefined : `the value ${value}, which nobody wrote`;
  }
  const {by, statement} = write;
  if (write.statement.from > read.statement.to) {
    return `the value ${value} before ${by.name} wrote it`;
  }
  if ('error' in statement.outcome) {
    return `the value ${value} of a statement of ${by.name} that failed`;
  }
  if (by === read.by) return undefined;
  if (!committed.includes(by)) {
    return `the value ${value} of ${by.name}, which never committed`;
  }
  return by.end.from > read.statement.to
    ? `the value ${value} before ${by.name} committed it`
    : undefined;
}
