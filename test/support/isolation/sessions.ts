import {inspect} from 'node:util';
import {InMemoryError} from '../../../index';
import {defineModel, type Model} from '../connector/data-source';
import {answerOrWaits, waits} from '../waits';

export {waits};

/** The isolation levels, weakest first. */
export const levels = [
  'READ UNCOMMITTED',
  'READ COMMITTED',
  'REPEATABLE READ',
  'SERIALIZABLE',
] as const;
export type Level = (typeof levels)[number];

/** The answer of the step that ends a transaction for the sake of another. */
export const conflict = 'InMemoryError SERIALIZATION_FAILURE 40001';
/** The answer of every step of a transaction that an error has ended. */
export const aborted = 'InMemoryError TRANSACTION_ABORTED 25P02';

/** What a step has to answer, at every level alike or at each of them. */
export type Expected = string | Readonly<Record<Level, string>>;

/**
 * What a step has to answer at the levels; READ UNCOMMITTED behaves as READ
 * COMMITTED, and SERIALIZABLE as REPEATABLE READ where nothing else is said.
 */
export function byLevel(
  readCommitted: string,
  repeatableRead: string,
  serializable = repeatableRead,
): Readonly<Record<Level, string>> {
  return {
    'READ UNCOMMITTED': readCommitted,
    'READ COMMITTED': readCommitted,
    'REPEATABLE READ': repeatableRead,
    SERIALIZABLE: serializable,
  };
}

/** What a step has to answer at all levels but SERIALIZABLE, and what there. */
export function unlessSerializable(
  weaker: string,
  serializable: string,
): Readonly<Record<Level, string>> {
  return byLevel(weaker, weaker, serializable);
}

/** What `expected` says for one level. */
export function at(level: Level, expected: Expected): string {
  return typeof expected === 'string' ? expected : expected[level];
}

/** One step of one session: a statement, the end of it, or the last of one. */
export interface Step {
  readonly session: string;
  /** The step in words, the session first: `T1 reads { id: 1 }`. */
  readonly text: string;
  readonly expected: Expected;
  /** Whether a loser may learn here already that its commit will fail. */
  readonly mayFailEarly?: true;
  /** Starts the statement; without it the step is to await a waiting one. */
  start?(session: Session): Promise<unknown>;
}

/** The steps that a session can take. */
export function sessionOf(session: string) {
  const step = (
    words: string,
    expected: Expected,
    start?: Step['start'],
  ): Step => ({
    session,
    text: `${session} ${words}`,
    expected,
    ...(start && {start}),
  });
  return {
    reads: (where: object, rows: Expected) =>
      step(`reads ${inspect(where)}`, rows, ({Model, options}) =>
        Model.find({where, order: 'id'}, options),
      ),
    sets: (id: number, v: number, answer: Expected = '1 row') =>
      step(`sets v of ${id} to ${v}`, answer, ({Model, options}) =>
        Model.updateAll({id}, {v}, options),
      ),
    deletes: (where: object, answer: Expected) =>
      step(`deletes ${inspect(where)}`, answer, ({Model, options}) =>
        Model.destroyAll(where, options),
      ),
    inserts: (id: number, v: number, answer: Expected = `${id}:${v}`) =>
      step(`inserts ${id}:${v}`, answer, async ({Model, options}) => [
        await Model.create({id, v}, options),
      ]),
    goesOn: (answer: Expected) => step('goes on', answer),
    commits: (answer: Expected = 'ok') =>
      step('commits', answer, ({options}) => options.transaction!.commit()),
    rollsBack: () =>
      step('rolls back', 'ok', ({options}) => options.transaction!.rollback()),
  };
}

/** A session that is no transaction: it sees what is committed. */
export const anyone = 'anyone';

interface Transaction {
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

/** A transaction of its own, or none for {@link anyone}; one step at a time. */
class Session {
  private running: Promise<string> = Promise.resolve('has nothing to await');

  private constructor(
    readonly Model: Model,
    readonly options: {readonly transaction?: Transaction},
  ) {}

  static async begin(
    Model: Model,
    name: string,
    isolationLevel: Level,
  ): Promise<Session> {
    if (name === anyone) return new Session(Model, {});
    const transaction = await Model.beginTransaction({isolationLevel});
    return new Session(Model, {transaction});
  }

  /** Takes a step; resolves to its answer in words, or to {@link waits}. */
  async take(step: Step): Promise<string> {
    if (step.start) {
      if ((await answerOrWaits(this.running)) === waits) {
        return 'cannot start: the statement before it still waits';
      }
      this.running = step.start(this).then(showAnswer, showError);
    }
    return answerOrWaits(this.running);
  }
}

/**
 * Takes the steps in turn on a table of its own with the rows 1:10 and 2:20,
 * and resolves to their answers. All transactions begin before the first step.
 */
export async function play(
  steps: readonly Step[],
  level: Level,
): Promise<string[]> {
  const {Model} = defineModel('Test', {
    id: {type: Number, id: true},
    v: Number,
  });
  await Model.create({id: 1, v: 10});
  await Model.create({id: 2, v: 20});
  const sessions = new Map<string, Session>();
  for (const name of new Set(steps.map(step => step.session))) {
    sessions.set(name, await Session.begin(Model, name, level));
  }
  const answers: string[] = [];
  for (const step of steps) {
    answers.push(await sessions.get(step.session)!.take(step));
  }
  return answers;
}

/**
 * `answers` with the first failure of a loser counted as that of its commit,
 * where a step that may fail early did, and the commit failed after it.
 */
export function withConflictAtCommit(
  steps: readonly Step[],
  answers: readonly string[],
  level: Level,
): string[] {
  const told = [...answers];
  for (const [i, step] of steps.entries()) {
    const end = steps.findIndex(({text}) => text === `${step.session} commits`);
    if (!step.mayFailEarly || at(level, steps[end]!.expected) !== conflict) {
      continue;
    }
    if (told[i] === conflict && told[end] === aborted) {
      told[i] = at(level, step.expected);
      told[end] = conflict;
    }
  }
  return told;
}

/** The steps and their answers as lines to read and compare. */
export function transcript(
  steps: readonly Step[],
  answers: readonly string[],
): string[] {
  return steps.map(({text}, i) => `${text}: ${answers[i]}`);
}

/** Rows as `1:10 2:20`, a count as `1 row`, nothing as `ok`. */
function showAnswer(answer: any): string {
  if (answer === undefined || answer === null) return 'ok';
  if (Array.isArray(answer)) {
    const rows = answer.map(({id, v}) => `${id}:${v}`);
    return rows.join(' ') || 'no rows';
  }
  return answer.count === 1 ? '1 row' : `${answer.count} rows`;
}

/** Our errors by class, code and SQLSTATE; an unforeseen one by its message. */
function showError(error: any): string {
  const {code, sqlState} = error;
  return error instanceof InMemoryError && sqlState
    ? `${error.name} ${code} ${sqlState}`
    : String(error);
}
