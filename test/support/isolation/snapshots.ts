import {
  type History,
  showAnswer,
  showStatement,
  type Span,
  type Statement,
  type Transaction,
} from './history';
import {
  type Answer,
  answerOfRead,
  type Changes,
  changesOf,
  isSameAnswer,
  isSameRows,
  repeatedCode,
  type Row,
  type Rows,
  rowsOf,
  type Sight,
  withChanges,
} from './naive-rows';

/**
 * Explains a history by snapshots. The commits give a line of states: the rows
 * at first, the rows after the first commit, after the second, ... Each
 * statement must have seen one of these states, with what its transaction had
 * written on top:
 *
 *   REPEATABLE READ   all statements of a transaction the same state, a newest
 *   and SERIALIZABLE  one when the first of them ran
 *   READ COMMITTED    each statement a newest one when it ran; a write looks
 *                     for rows in one state and, after it waited, writes those
 *                     that still match in a later one
 *
 * "A newest one when it ran" is any from the commits that were done before it
 * was asked for to those that were asked for before it was done.
 *
 *   state 0 --T1--> state 1 --T2--> state 2      the states and who made them
 *              T3 asks, find ... T3 is done      saw 0 or 1 or 2, if T1 and T2
 *                                                committed in the meantime
 *
 * What a transaction wrote is put on the state before its own commit. The rows
 * that it changed or deleted must be there as it saw them, else it overwrote
 * what another one had written at the same time: a lost update.
 *
 * The counts of writes do not always tell which rows they wrote, so this is a
 * search. It returns why the attempt failed that came furthest.
 */
export function findNoSnapshots(history: History): string | undefined {
  const search = new Search(history);
  const states = [rowsOf(history.initial)];
  return search.canCommit(states) ? undefined : search.reason;
}

/** A row that a transaction wrote. */
interface Written {
  /** The committed row in whose place it is; undefined for a new one. */
  readonly base: Row | undefined;
  /** The row as it is now; undefined when it was deleted. */
  readonly row: Row | undefined;
}

type OwnWrites = ReadonlyMap<number, Written>;

/** A transaction while it is replayed, and the states it may see. */
interface Replay {
  readonly transaction: Transaction;
  sightsOf(statement: Statement): readonly Sight[];
}

class Search {
  reason = '';
  private progress = -1;

  constructor(private readonly history: History) {}

  /** Whether the commits after these states, and all else, can be explained. */
  canCommit(states: readonly Rows[]): boolean {
    const {committed} = this.history;
    const next = committed[states.length - 1];
    if (next === undefined) return this.isEnd(states);
    const newest = states.at(-1)!;
    return this.some(next, states, own => {
      const after = this.merge(next, newest, own);
      return after !== undefined && this.canCommit([...states, after]);
    });
  }

  private isEnd(states: readonly Rows[]): boolean {
    const {transactions, committed, final} = this.history;
    const last = states.at(-1)!;
    if (!isSameRows(last, rowsOf(final))) {
      const expected = showAnswer([...last.values()]);
      this.fail(committed.length, 0, `The rows at last must be ${expected}.`);
      return false;
    }
    return transactions
      .filter(transaction => !committed.includes(transaction))
      .every(transaction => this.some(transaction, states, () => true));
  }

  /** Whether a transaction can be replayed so that its writes are accepted. */
  private some(
    transaction: Transaction,
    states: readonly Rows[],
    accept: (own: OwnWrites) => boolean,
  ): boolean {
    return this.replaysOf(transaction, states).some(replay =>
      this.someFrom(replay, 0, new Map(), accept),
    );
  }

  private replaysOf(
    transaction: Transaction,
    states: readonly Rows[],
  ): readonly Replay[] {
    const newest = (span: Span) => this.newestStates(span, states);
    if (this.history.level === 'READ COMMITTED') {
      return [{transaction, sightsOf: span => pairs(newest(span))}];
    }
    const [first] = transaction.statements;
    if (first === undefined) return [{transaction, sightsOf: () => []}];
    return newest(first).map(state => ({
      transaction,
      sightsOf: () => [sightOf(state)],
    }));
  }

  private newestStates(span: Span, states: readonly Rows[]): Rows[] {
    const {committed} = this.history;
    const least = committed.findLastIndex(({end}) => end.to < span.from) + 1;
    const most = committed.findLastIndex(({end}) => end.from < span.to) + 1;
    return states.slice(least, most + 1);
  }

  private someFrom(
    replay: Replay,
    index: number,
    own: OwnWrites,
    accept: (own: OwnWrites) => boolean,
  ): boolean {
    const statement = replay.transaction.statements[index];
    if (statement === undefined) return accept(own);
    if ('error' in statement.outcome) {
      return this.someFrom(replay, index + 1, own, accept);
    }
    const seen: Answer[] = [];
    const tried = new Set<string>();
    for (const sight of replay.sightsOf(statement)) {
      const {answer, after} = execute(statement, sight, own);
      seen.push(answer);
      if (!isSameAnswer(answer, statement.outcome.answer)) continue;
      const key = JSON.stringify([...after]);
      if (tried.has(key)) continue;
      tried.add(key);
      if (this.someFrom(replay, index + 1, after, accept)) return true;
    }
    if (tried.size === 0) this.failStatement(replay, index, seen);
    return false;
  }

  private merge(
    {name}: Transaction,
    newest: Rows,
    own: OwnWrites,
  ): Rows | undefined {
    const depth = 1000;
    const changes = new Map<number, Row | undefined>();
    for (const [id, {base, row}] of own) {
      if (newest.get(id) !== base) {
        this.fail(this.depthOf(name), depth, lostUpdate(name, id, base));
        return undefined;
      }
      changes.set(id, row);
    }
    const after = withChanges(newest, changes);
    const code = repeatedCode(after);
    if (code === undefined) return after;
    const reason = `The commit of ${name} left two rows with the code ${code}.`;
    this.fail(this.depthOf(name), depth, reason);
    return undefined;
  }

  private failStatement(
    {transaction}: Replay,
    index: number,
    seen: readonly Answer[],
  ): void {
    const {name, statements} = transaction;
    const possible = [...new Set(seen.map(showAnswer))].join(', or ');
    this.fail(
      this.depthOf(name),
      index,
      `No snapshot explains ${name}, ${showStatement(statements[index]!)}: ` +
        `it could have been ${possible || 'nothing'}.`,
    );
  }

  /** How many transactions are explained when it is the turn of this one. */
  private depthOf(name: string): number {
    const {committed} = this.history;
    const place = committed.findIndex(other => other.name === name);
    return place === -1 ? committed.length + 1 : place;
  }

  private fail(depth: number, index: number, reason: string): void {
    const progress = depth * 10_000 + index;
    if (progress <= this.progress) return;
    this.progress = progress;
    this.reason = reason;
  }
}

function lostUpdate(name: string, id: number, base: Row | undefined): string {
  return base === undefined
    ? `${name} created a row ${id} that another one had created.`
    : `Lost update: ${name} wrote row ${id} over a write that it did not see.`;
}

function sightOf(state: Rows): Sight {
  return {seen: state, latest: state, knowsBirths: false};
}

/**
 * All ways to look in one state and to write in it or in a later one. Whether a
 * write that waited takes a row for its own that was created anew with the same
 * id is left open: PostgreSQL does not.
 */
function pairs(states: readonly Rows[]): Sight[] {
  return states.flatMap((seen, i) => [
    sightOf(seen),
    ...states.slice(i + 1).flatMap((latest): Sight[] => [
      {seen, latest, knowsBirths: false},
      {seen, latest, knowsBirths: true},
    ]),
  ]);
}

function execute(
  {step}: Statement,
  {seen, latest, knowsBirths}: Sight,
  own: OwnWrites,
): {answer: Answer; after: OwnWrites} {
  const view = withOwn(seen, own);
  const answer = answerOfRead(step, view);
  if (answer !== undefined) return {answer, after: own};
  const changes = changesOf(step, {
    seen: view,
    latest: withOwn(latest, own),
    knowsBirths,
  });
  if (step.kind === 'create' && own.get(step.row.id)?.row !== undefined) {
    return {answer: -1, after: own};
  }
  const after = new Map(own);
  for (const [id, row] of changes) {
    const isNew = step.kind === 'create';
    const base = own.has(id)
      ? own.get(id)!.base
      : isNew
        ? undefined
        : latest.get(id);
    after.set(id, {base, row});
  }
  return {answer: changes.size, after};
}

function withOwn(rows: Rows, own: OwnWrites): Rows {
  const changes: Changes = new Map(
    [...own].map(([id, {row}]) => [id, row] as const),
  );
  return withChanges(rows, changes);
}
