import assert from 'node:assert/strict';
import type * as fc from 'fast-check';
import type {HistoryPlan, TransactionPlan} from './history.arbitrary';
import type {
  Abort,
  End,
  History,
  Level,
  Outcome,
  Span,
  Statement,
  Transaction,
} from './history';
import {showStep, showSteps} from './history';
import {type Answer, rowsOf, type Step, type StoredRow} from './naive-rows';

type Options = {transaction?: unknown};

/** A transaction of LoopBack. */
interface OpenTransaction {
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

/** What a history uses of a LoopBack model. */
export interface RowModel {
  beginTransaction(options: object): Promise<OpenTransaction>;
  find(filter: object, options?: Options): Promise<StoredRow[]>;
  findById(
    id: number,
    filter: object,
    options: Options,
  ): Promise<StoredRow | null>;
  count(where: object, options: Options): Promise<number>;
  create(row: object, options?: Options): Promise<unknown>;
  updateAll(
    where: object,
    change: object,
    options: Options,
  ): Promise<{count: number}>;
  destroyAll(where: object, options: Options): Promise<{count: number}>;
}

/** Who goes next, and when. */
export interface Course {
  readonly scheduler: fc.Scheduler;
  /**
   * Whether the next one goes only when nothing moves any more, by turns;
   * otherwise it goes while what was asked for is under way.
   */
  readonly pauses: readonly boolean[];
}

/** Turns of the event loop after which all that can move has moved. */
const turnsToSettle = 3;

/** How often to look again before everything is taken to be stuck. */
const looksAgain = 30;

const stuck =
  'Everything is stuck: each transaction waits for something, and nobody was ' +
  'told of a deadlock.';

const sqlStates: Readonly<Record<Abort, string>> = {
  SERIALIZATION_FAILURE: '40001',
  DEADLOCK: '40P01',
};

/**
 * Runs transactions at once over the rows of a model, which has none before.
 * Each is an asynchronous function of its own that stops before every step, and
 * the course decides who goes on; nobody waits for the statement of another.
 * Fails when a statement fails in a way that it must not, and when everything
 * is stuck.
 */
export function runHistory(
  model: RowModel,
  level: Level,
  plan: HistoryPlan,
  course: Course,
): Promise<History> {
  return new Run(model, level, plan).run(course);
}

/** A transaction while it runs. */
interface Running {
  readonly name: string;
  readonly statements: Statement[];
  end?: End;
  /** What it has asked for and not got yet. */
  asked?: {readonly from: number; readonly step: Step; hasWaited: boolean};
}

interface Commit {
  readonly running: Running;
  readonly from: number;
  readonly turn: number;
}

class Run {
  private time = 0;
  private turn = 0;
  private readonly running: Running[];
  private readonly commits: Commit[] = [];
  private readonly live = new Set<Running>();
  private readonly errors: unknown[] = [];

  constructor(
    private readonly model: RowModel,
    private readonly level: Level,
    private readonly plan: HistoryPlan,
  ) {
    this.running = plan.transactions.map((_, i) => ({
      name: `T${i + 1}`,
      statements: [],
    }));
  }

  async run(course: Course): Promise<History> {
    for (const row of this.plan.initial) await this.model.create({...row});
    for (const [i, running] of this.running.entries()) {
      this.live.add(running);
      void this.transaction(running, this.plan.transactions[i]!, course)
        .catch(error => this.errors.push(error))
        .finally(() => this.live.delete(running));
    }
    for (let step = 0; this.goesOn(); step++) {
      if (course.pauses[step % course.pauses.length]) await this.settle();
      if (await this.isSomebodyReady(course)) {
        await course.scheduler.waitNext(1);
      } else if (this.goesOn()) this.errors.push(new Error(stuck));
    }
    if (this.errors.length > 0) throw this.withHistory(this.errors[0]);
    return this.history(await this.model.find({order: 'id'}));
  }

  private goesOn(): boolean {
    return this.live.size > 0 && this.errors.length === 0;
  }

  private async isSomebodyReady({scheduler}: Course): Promise<boolean> {
    for (let i = 0; i < looksAgain && this.goesOn(); i++) {
      if (scheduler.count() > 0) return true;
      await this.settle();
    }
    return this.goesOn() && scheduler.count() > 0;
  }

  private async settle(): Promise<void> {
    for (let i = 0; i < turnsToSettle; i++) {
      this.turn++;
      await new Promise(resolve => setImmediate(resolve));
    }
    for (const {asked} of this.running) if (asked) asked.hasWaited = true;
  }

  private async transaction(
    running: Running,
    {steps, end}: TransactionPlan,
    {scheduler}: Course,
  ): Promise<void> {
    const turn = (what: string) =>
      scheduler.schedule(Promise.resolve(), `${running.name} ${what}`);
    await turn('begins');
    const transaction = await this.model.beginTransaction({
      isolationLevel: this.level,
    });
    for (const step of steps) {
      await turn(step.kind);
      const isAborted = await this.statement(running, step, transaction);
      if (!isAborted) continue;
      await turn('rolls back');
      await this.rollback(running, transaction);
      return;
    }
    await turn(`asks for its ${end}`);
    if (end === 'commit') await this.commit(running, transaction);
    else await this.rollback(running, transaction);
  }

  /** Resolves to whether the transaction is over. */
  private async statement(
    running: Running,
    step: Step,
    transaction: OpenTransaction,
  ): Promise<boolean> {
    const asked = {from: ++this.time, step, hasWaited: false};
    running.asked = asked;
    const outcome = await this.outcomeOf(step, transaction);
    delete running.asked;
    running.statements.push({...asked, to: ++this.time, outcome});
    return 'error' in outcome && outcome.error !== 'DUPLICATE_KEY';
  }

  private async outcomeOf(
    step: Step,
    transaction: OpenTransaction,
  ): Promise<Outcome> {
    try {
      return {answer: await ask(this.model, step, {transaction})};
    } catch (error) {
      const mayRepeat = step.kind === 'create' || step.kind === 'update';
      if (mayRepeat && codeOf(error) === 'DUPLICATE_KEY') {
        return {error: 'DUPLICATE_KEY'};
      }
      return {error: this.abortOf(error)};
    }
  }

  private async commit(
    running: Running,
    transaction: OpenTransaction,
  ): Promise<void> {
    const from = ++this.time;
    try {
      await transaction.commit();
    } catch (error) {
      // The juggler takes it for ended and refuses to roll it back.
      const code = this.abortOf(error);
      running.end = {...this.since(from), kind: 'commit', error: code};
      return;
    }
    running.end = {...this.since(from), kind: 'commit'};
    this.commits.push({running, from, turn: this.turn});
  }

  private async rollback(
    running: Running,
    transaction: OpenTransaction,
  ): Promise<void> {
    const from = ++this.time;
    await transaction.rollback();
    running.end = {...this.since(from), kind: 'rollback'};
  }

  private since(from: number): Span {
    return {from, to: ++this.time};
  }

  /** The code of an error that may end a transaction; throws any other. */
  private abortOf(error: unknown): Abort {
    const code = codeOf(error);
    const isAbort =
      code === 'DEADLOCK' ||
      (code === 'SERIALIZATION_FAILURE' && this.level !== 'READ COMMITTED');
    if (!isAbort) throw error;
    const {sqlState} = error as {sqlState?: unknown};
    assert.equal(sqlState, sqlStates[code], `the sqlState of ${code}`);
    return code;
  }

  private history(final: readonly StoredRow[]): History {
    const transactions = new Map(
      this.running.map(running => [running, this.asRecorded(running)]),
    );
    // Commits that are done in the same turn count as asked for.
    const committed = [...this.commits].sort(
      (a, b) => a.turn - b.turn || a.from - b.from,
    );
    return {
      level: this.level,
      initial: this.plan.initial,
      transactions: [...transactions.values()],
      committed: committed.map(({running}) => transactions.get(running)!),
      final: [...rowsOf(final).values()],
    };
  }

  private asRecorded({name, statements, end}: Running): Transaction {
    const now = {from: this.time + 1, to: this.time + 1};
    return {name, statements, end: end ?? {...now, kind: 'still open'}};
  }

  /** An error with what has happened so far, and what is under way. */
  private withHistory(cause: unknown): Error {
    const open = this.running.flatMap(({name, asked}) =>
      asked
        ? [`  ${name} is since ${asked.from} at ${showStep(asked.step)}`]
        : [],
    );
    const message = cause instanceof Error ? cause.message : String(cause);
    const steps = showSteps(this.history([]));
    return new Error([message, steps, ...open].join('\n'), {cause});
  }
}

function codeOf(error: unknown): unknown {
  return (error as {code?: unknown}).code;
}

async function ask(
  model: RowModel,
  step: Step,
  options: Options,
): Promise<Answer> {
  switch (step.kind) {
    case 'find': {
      const rows = await model.find({where: step.where}, options);
      return [...rowsOf(rows).values()];
    }
    case 'findById': {
      const row = await model.findById(step.id, {}, options);
      return row === null ? [] : [...rowsOf([row]).values()];
    }
    case 'count':
      return model.count(step.where, options);
    case 'update': {
      const change = {...step.change};
      return (await model.updateAll(step.where, change, options)).count;
    }
    case 'create':
      await model.create({...step.row}, options);
      return 1;
    case 'destroy':
      return (await model.destroyAll(step.where, options)).count;
    default:
      return step satisfies never;
  }
}
