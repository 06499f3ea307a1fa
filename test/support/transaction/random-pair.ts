import assert from 'node:assert/strict';
import {setImmediate} from 'node:timers/promises';
import {atOnce} from '../../../lib/base/cuttable';
import {InMemoryError} from '../../../lib/base/errors';
import {Database, type Writer} from '../../../lib/database/database';
import {select} from '../../../lib/database/statements';
import type {TableSchema} from '../../../lib/schema/schema';
import {verify} from '../../../lib/store/version';
import {Attempt} from '../../../lib/transaction/attempt';
import type {IsolationLevel} from '../../../lib/transaction/isolation';
import type {Transaction} from '../../../lib/transaction/transaction';
import {meets} from './city-statements';
import {NaiveDatabase, type Rows} from './naive-database';
import {type Change, make, type Statement, type Step} from './random-steps';
import {fitted} from './fitted-change';
import {begin, leftovers, nothingLeft, type Session} from './session';

/** The violations that statements may fail with, each only if it must. */
export const violations = [
  'DUPLICATE_KEY',
  'FOREIGN_KEY_VIOLATION',
  'NOT_NULL_VIOLATION',
  'VALUE_OUT_OF_RANGE',
  'STALE_VERSION',
];

/** The errors by which transactions get in each other's way. */
export const conflicts = [
  'DEADLOCK',
  'SERIALIZATION_FAILURE',
  'TRANSACTION_ENDED',
];

const foreseen = new Set([...violations, ...conflicts]);

/** A database and its twin, and the sessions that run statements on both. */
export class Pair {
  private readonly database = new Database();
  private readonly twin: NaiveDatabase;
  /** The session at each place; undefined until it has something to do. */
  private readonly sessions: (Session | undefined)[];
  /** Sessions with a statement that waits or is to be told of. */
  private readonly busy = new Set<Session>();
  private readonly pending = new Set<Promise<void>>();
  private readonly problems: unknown[] = [];

  constructor(
    private readonly schemas: readonly TableSchema[],
    private readonly levels: readonly IsolationLevel[],
    /** Is called with all that happens. */
    private readonly count: (what: string) => void,
  ) {
    this.twin = new NaiveDatabase(schemas);
    this.sessions = levels.map(() => undefined);
    for (const schema of schemas) this.database.declare(schema.name, schema);
  }

  async take(step: Step): Promise<void> {
    if (step.kind === 'turn') await setImmediate();
    else if (step.session === null) {
      if ('statement' in step) this.run(undefined, step.statement);
    } else this.takeIn(step.session, step);
    this.check();
  }

  private takeIn(place: number, step: Exclude<Step, {kind: 'turn'}>): void {
    const begins = 'statement' in step || step.kind === 'savepoint';
    if (begins)
      this.sessions[place] ??= begin(this.database, this.levels[place]);
    const current = this.sessions[place];
    if (current === undefined) return;
    if (this.busy.has(current) && step.kind !== 'rollback') return;
    if ('statement' in step) this.run(current, step.statement);
    else if ('savepoint' in step) this.mark(current, step);
    else if (step.kind === 'rollback') current.rollback();
    else this.follow(current, current.commit());
    this.dropIfEnded(current);
  }

  private dropIfEnded(session: Session): void {
    if (session.transaction.state === 'active') return;
    const place = this.sessions.indexOf(session);
    if (place !== -1) this.sessions[place] = undefined;
  }

  private run(session: Session | undefined, statement: Statement): void {
    const result =
      statement.kind === 'select'
        ? this.select(session, statement)
        : this.change(session, statement);
    this.follow(session, result);
  }

  /** Compares what is found with what the twin finds. */
  private async select(
    session: Session | undefined,
    {table, where}: Statement & {readonly kind: 'select'},
  ): Promise<void> {
    const transaction = session?.transaction;
    return this.database.read(
      view => {
        const found = select(view, table, {where, order: ['id']});
        const seen = this.twin.tablesFor(transaction)[table]!;
        assert.deepEqual(found, seen.filter(meets(where)), 'what is selected');
        // As in PostgreSQL, a REPEATABLE READ snapshot keeps a child that others
        // have deleted, also when its own transaction deletes the parent.
        if (transaction?.level !== 'REPEATABLE READ') {
          assert.deepEqual(verify(view.version), [], 'what the reader sees');
        }
      },
      {transaction},
    );
  }

  /** Runs a statement, and tells the twin of it when it succeeds. */
  private async change(
    session: Session | undefined,
    outline: Change,
  ): Promise<void> {
    const {twin} = this;
    const transaction = session?.transaction;
    const schema = this.schemas.find(({name}) => name === outline.table)!;
    const statement = fitted(outline, schema, twin.tablesFor(transaction));
    let found: Set<unknown> | undefined;
    const write = (to: Writer): void => {
      const by = transactionOf(to);
      if (found !== undefined) this.count('tried again after a wait');
      found ??= twin.find(by, statement);
      this.attempt(to, statement, found);
    };
    return this.database.write(write, {transaction, lockTimeoutMs: 50_000});
  }

  private attempt(
    to: Writer,
    statement: Change,
    found: ReadonlySet<unknown>,
  ): void {
    const {twin} = this;
    const by = transactionOf(to);
    let count: number;
    try {
      count = atOnce(make(to, statement));
    } catch (error) {
      const code = error instanceof InMemoryError ? error.code : '';
      if (violations.includes(code)) {
        const mustFail =
          twin.outcome(by, found, statement).violations.has(code) ||
          (by?.hasSnapshot === true &&
            code === 'FOREIGN_KEY_VIOLATION' &&
            twin.refersToUnseen(by, found, statement));
        assert.ok(mustFail, `without need: ${(error as Error).message}`);
      } else if (code === 'SERIALIZATION_FAILURE') {
        assert.ok(by?.hasSnapshot, (error as Error).message);
      }
      throw error;
    }
    const outcome = twin.outcome(by, found, statement);
    assert.deepEqual([...outcome.violations], [], 'what must be refused');
    assert.equal(count, outcome.count, 'the number of rows');
    this.countActions(statement.table, outcome.count, outcome.changes);
    twin.write(by, outcome.changes);
  }

  private countActions(table: string, count: number, changes: Rows): void {
    if (changes.size <= count) return;
    const others = [...changes].filter(([key]) => !key.startsWith(table));
    const isDelete = others.some(([, stored]) => stored === undefined);
    this.count(isDelete ? 'cascaded delete' : 'cascaded key');
  }

  private mark(
    current: Session,
    step: Step & {readonly savepoint: string},
  ): void {
    const {transaction} = current;
    const {kind, savepoint} = step as typeof step & {
      kind: 'savepoint' | 'rollbackTo' | 'release';
    };
    this.twin.tables();
    const isThere = this.twin[kind](transaction, savepoint) !== false;
    if (isThere) this.count(kind);
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
        () => this.count('ok'),
        (error: unknown) => {
          const code = error instanceof InMemoryError ? error.code : '';
          if (foreseen.has(code)) this.count(code);
          else this.problems.push(error);
        },
      )
      .then(() => {
        this.pending.delete(settled);
        if (session === undefined) return;
        this.busy.delete(session);
        this.dropIfEnded(session);
      });
    this.pending.add(settled);
  }

  /** Compares all that is committed with the twin, and looks for leftovers. */
  private check(): void {
    const {database, problems, twin} = this;
    if (problems.length > 0) throw problems[0];
    assert.deepEqual(database.verify(), []);
    const expected = twin.tables();
    for (const {name} of this.schemas) {
      const rows = database.view(view => select(view, name, {order: ['id']}));
      assert.deepEqual(rows, expected[name], `the committed rows of ${name}`);
    }
    const left = leftovers(database);
    if (left.openTransactions === 0) assert.deepEqual(left, nothingLeft);
  }

  /** Lets statements go on, as many as wait one behind the other. */
  private async allSettle(): Promise<void> {
    for (let turn = 0; turn < 100 && this.pending.size > 0; turn++) {
      await setImmediate();
    }
  }

  /** Ends all transactions: nothing may wait or be kept then. */
  async end(): Promise<void> {
    if (this.database.statistics().openTransactions.some(t => t.isWaiting)) {
      this.count('waited in the end');
    }
    for (const session of this.sessions) {
      if (session?.transaction.state !== 'active') continue;
      session.rollback();
      await setImmediate();
    }
    await this.allSettle();
    assert.equal(this.pending.size, 0, 'statements that wait for nobody');
    this.check();
    assert.deepEqual(leftovers(this.database), nothingLeft);
  }
}

/** The transaction that a statement runs in, also the one of its own. */
function transactionOf(to: Writer): Transaction | undefined {
  const view = to['view'];
  return view instanceof Attempt ? view['around'].transaction : undefined;
}
