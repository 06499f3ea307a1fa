import assert from 'node:assert/strict';
import {setImmediate} from 'node:timers/promises';
import * as fc from 'fast-check';
import {InMemoryError} from '../../lib/base/errors';
import type {Database, Writer} from '../../lib/database/database';
import {select} from '../../lib/database/statements';
import {
  type IsolationLevel,
  isolationLevels,
} from '../../lib/transaction/isolation';
import type {Transaction} from '../../lib/transaction/transaction';
import {tryOftenAsync} from '../random';
import {type City, NaiveDatabase} from './naive-database';
import {
  anyStep,
  type Change,
  make,
  meets,
  naiveOf,
  type Statement,
  type Step,
} from './random-steps';
import {
  begin,
  committedRows,
  databaseWith,
  leftovers,
  nothingLeft,
  type Session,
} from './support';

/** The errors that statements may fail with. */
const foreseen = new Set([
  'DUPLICATE_KEY',
  'DEADLOCK',
  'SERIALIZATION_FAILURE',
  'TRANSACTION_ENDED',
]);

const tally = new Map<string, number>();

function count(outcome: string): void {
  tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
}

/** A database and its twin, and the sessions that run statements on both. */
class Pair {
  private readonly database: Database = databaseWith([]);
  private readonly twin = new NaiveDatabase();
  private readonly sessions: Session[];
  /** Sessions with a statement that waits or is to be told of. */
  private readonly busy = new Set<Session>();
  private readonly pending = new Set<Promise<void>>();
  private readonly problems: unknown[] = [];

  constructor(private readonly levels: readonly IsolationLevel[]) {
    this.sessions = levels.map(level => begin(this.database, level));
  }

  async take(step: Step): Promise<void> {
    if (step.kind === 'turn') await setImmediate();
    else if (step.session === null) {
      if ('statement' in step) this.run(undefined, step.statement);
    } else this.takeIn(step.session, step);
    this.check();
  }

  private takeIn(place: number, step: Exclude<Step, {kind: 'turn'}>): void {
    const current = this.sessions[place]!;
    if (this.busy.has(current) && step.kind !== 'rollback') return;
    if ('statement' in step) this.run(current, step.statement);
    else if ('savepoint' in step) this.mark(current, step);
    else if (step.kind === 'rollback') current.rollback();
    else this.follow(current, current.commit());
    if (current.transaction.state !== 'active') this.renew(current);
  }

  private renew(ended: Session): void {
    const place = this.sessions.indexOf(ended);
    if (place === -1) return;
    this.sessions[place] = begin(this.database, this.levels[place]);
  }

  private run(session: Session | undefined, statement: Statement): void {
    const result =
      statement.kind === 'select'
        ? this.select(session, statement.where)
        : this.change(session, statement);
    this.follow(session, result);
  }

  /** Compares what is found with what the twin finds. */
  private async select(
    session: Session | undefined,
    where: Partial<City>,
  ): Promise<void> {
    const transaction = session?.transaction;
    return this.database.read(
      view => {
        const found = select(view, 'City', {where, order: ['id']});
        const seen = this.twin.rowsFor(transaction).filter(meets(where));
        assert.deepEqual(found, seen, 'what is selected');
      },
      {transaction},
    );
  }

  /** Runs a statement, and tells the twin of it when it succeeds. */
  private async change(
    session: Session | undefined,
    statement: Change,
  ): Promise<void> {
    const {database, twin} = this;
    const naive = naiveOf(statement);
    let found: Set<number> | undefined;
    const write = (to: Writer): void => {
      const by = transactionOf(to);
      found ??= twin.find(by, naive);
      const changes = twin.changes(by, found, naive);
      try {
        const changed = make(to, statement);
        assert.equal(changed, changes.size, 'the number of rows');
      } catch (error) {
        if (error instanceof InMemoryError && error.code === 'DUPLICATE_KEY') {
          assert.ok(twin.repeatsKey(by, changes, naive), error.message);
        }
        throw error;
      }
      assert.ok(!twin.repeatsKey(by, changes, naive), 'no key is repeated');
      twin.write(by, changes);
    };
    const transaction = session?.transaction;
    return database.write(write, {transaction, lockTimeoutMs: 50_000});
  }

  private mark(
    current: Session,
    step: Step & {readonly savepoint: string},
  ): void {
    const {transaction} = current;
    const {kind, savepoint} = step as typeof step & {
      kind: 'savepoint' | 'rollbackTo' | 'release';
    };
    this.twin.rows();
    const isThere = this.twin[kind](transaction, savepoint) !== false;
    const done = current[kind](savepoint);
    this.follow(
      current,
      isThere ? done : assert.rejects(done, {code: 'INVALID_SAVEPOINT'}),
    );
  }

  /** Keeps a session busy until a promise has settled. */
  private follow(session: Session | undefined, result: Promise<unknown>): void {
    if (session !== undefined) this.busy.add(session);
    const settled = result
      .then(
        () => count('ok'),
        (error: unknown) => {
          const code = error instanceof InMemoryError ? error.code : undefined;
          if (code !== undefined && foreseen.has(code)) count(code);
          else this.problems.push(error);
        },
      )
      .then(() => {
        this.pending.delete(settled);
        if (session === undefined) return;
        this.busy.delete(session);
        if (session.transaction.state !== 'active') this.renew(session);
      });
    this.pending.add(settled);
  }

  private check(): void {
    if (this.problems.length > 0) throw this.problems[0];
    assert.deepEqual(this.database.verify(), []);
    assert.deepEqual(committedRows(this.database), this.twin.rows());
  }

  /** Ends all transactions: nothing may wait or be kept then. */
  async end(): Promise<void> {
    if (this.database.statistics().openTransactions.some(t => t.isWaiting)) {
      count('waited in the end');
    }
    for (const {transaction} of this.sessions) {
      if (transaction.state !== 'active') continue;
      this.database.transactions.rollback(transaction);
      await setImmediate();
    }
    await setImmediate();
    assert.equal(this.pending.size, 0, 'statements that wait for nobody');
    for (const current of this.sessions) {
      if (current.transaction.state === 'active') current.rollback();
    }
    this.check();
    assert.deepEqual(leftovers(this.database), nothingLeft);
  }
}

/** The transaction that a statement runs in, also the one of its own. */
function transactionOf(to: Writer): Transaction | undefined {
  const view = to['view'] as {readonly transaction?: Transaction};
  return view.transaction;
}

describe('transactions and their naive twin', () => {
  for (const level of [...isolationLevels, 'mixed levels'] as const) {
    it(`have the same rows after any interleaving of statements (${level})`, async () => {
      const levels = isolationLevels.map(each =>
        level === 'mixed levels' ? each : level,
      );
      await tryOftenAsync(
        fc.asyncProperty(
          fc.array(anyStep, {maxLength: 120, size: 'max'}),
          async steps => {
            const pair = new Pair(levels);
            for (const each of steps) await pair.take(each);
            await pair.end();
          },
        ),
        100,
      );
    });
  }

  it('have met every outcome that is foreseen', () => {
    for (const outcome of ['ok', 'waited in the end', ...foreseen]) {
      assert.ok((tally.get(outcome) ?? 0) > 0, `${outcome} was met`);
    }
  });
});
