import assert from 'node:assert/strict';
import {InMemoryError} from '../../../index';
import {Clock} from '../clock';
import type {Model, TestDataSource} from '../connector/data-source';
import {makeDataSource} from '../connector/data-source';
import type {Transaction} from '../connector/transactions';
import {literal, literals} from '../literal';
import {parseProperty} from '../property';
import {allGoesOn, waits} from '../waits';
import {type Level, levels} from './sessions';

/*
 * What a file of schedules says
 *
 *   schedule READ COMMITTED, SERIALIZABLE   begins a schedule, which is played at
 *                                           each of these levels
 *   settings {lockTimeoutMs: 1000}          with settings of the datasource,
 *   table Test id Number id, v Number       tables, where a property may be one that
 *   rows Test {id: 1, v: 10} {id: 2}        `references Parent on delete cascade`,
 *                                           and rows.
 *   T1 begin                                A transaction begins, at the level of
 *   T1 begin SERIALIZABLE                   the schedule or at its own.
 *   T1 find Test {v: 10}                    Rows by id. `count` as well.
 *   T1 insert Test {id: 3, v: 30}
 *   T1 update Test {id: 1} {v: 11}
 *   T1 delete Test {id: 1}
 *   T1 savepoint s                          And `rollback to s`, `release s`.
 *   T1 commit                               And `rollback`.
 *   anyone find Test {}                     Outside of transactions: whoever has
 *                                           not begun one.
 *   clock 1000                              So many milliseconds pass.
 *
 * Each schedule is also played with statements that are cut into slices, and must
 * get the same answers. Below a step is what it answers, or that it waits, and what goes on because of
 * it. Where the levels differ, each says what it is of.
 */

/** Answers a file of schedules. */
export async function answerSchedules(
  inputs: readonly string[],
): Promise<readonly string[]> {
  const starts = inputs.flatMap((input, i) =>
    input.startsWith('schedule') ? [i] : [],
  );
  assert.equal(starts[0], 0, 'a file begins with a schedule');
  const answers: string[] = [];
  for (const [i, start] of starts.entries()) {
    const [first, ...steps] = inputs.slice(start, starts[i + 1]);
    answers.push('', ...(await answerAt(levelsOf(first!), steps)));
  }
  return answers;
}

/** The levels of a schedule; undefined where its transactions say theirs. */
function levelsOf(first: string): (Level | undefined)[] {
  const names = first.slice('schedule'.length).trim();
  return names === '' ? [undefined] : names.split(', ').map(asLevel);
}

function asLevel(name: string): Level {
  const level = levels.find(level => level === name);
  return level ?? refuse(`the level ${name}`);
}

/** What the steps answer, by level where that is not the same. */
async function answerAt(
  levels: readonly (Level | undefined)[],
  steps: readonly string[],
): Promise<string[]> {
  const played: {level: Level | undefined; answers: string[]}[] = [];
  for (const level of levels) {
    const answers = await play(steps, level, {});
    const cut = await play(steps, level, {yieldMs: 1});
    assert.deepEqual(cut, answers, 'the answers of statements that are cut');
    played.push({level, answers});
  }
  return steps.map((_, i) => {
    const levelsBy = new Map<string, (Level | undefined)[]>();
    for (const {level, answers} of played) {
      const answer = answers[i]!;
      levelsBy.set(answer, [...(levelsBy.get(answer) ?? []), level]);
    }
    const [[only] = []] = levelsBy;
    return levelsBy.size === 1 ? only! : byLevel(levelsBy);
  });
}

function byLevel(levelsBy: Map<string, (Level | undefined)[]>): string {
  return [...levelsBy]
    .map(([answer, levels]) => {
      const [first, ...more] = answer.split('\n');
      const heading = `${levels.join(', ')}:`;
      return more.length === 0
        ? `${heading} ${first}`
        : [heading, first, ...more].join('\n  ');
    })
    .join('\n');
}

/** Takes the steps in turn in a database of their own, by a clock of its own. */
function play(
  steps: readonly string[],
  level: Level | undefined,
  settings: object,
): Promise<string[]> {
  const clock = new Clock();
  const schedule = new Schedule(level, settings, clock);
  return clock.during(() => takeAll(steps, schedule));
}

async function takeAll(
  steps: readonly string[],
  schedule: Schedule,
): Promise<string[]> {
  const answers: string[] = [];
  for (const step of steps) {
    try {
      answers.push(await schedule.take(step));
    } catch (cause) {
      throw new Error(`${step}: ${(cause as Error).message}`, {cause});
    }
  }
  await schedule.end();
  return answers;
}

/** A session with its transaction, if it has begun one. */
interface Session {
  readonly name: string;
  transaction?: Transaction;
  /** What came of its last statement; undefined while it waits. */
  answer?: string | undefined;
  isWaiting: boolean;
}

class Schedule {
  private madeDataSource: TestDataSource | undefined;
  private readonly models = new Map<string, Model>();
  private readonly sessions = new Map<string, Session>();
  /** Sessions whose statements went on since the step began. */
  private readonly goneOn: Session[] = [];
  /** An error that no statement may fail with. */
  private failure: Error | undefined;

  constructor(
    private readonly level: Level | undefined,
    private settings: object,
    private readonly clock: Clock,
  ) {}

  async take(step: string): Promise<string> {
    const [, first, rest = ''] = /^(\w+) ?(.*)$/.exec(step) ?? refuse(step);
    switch (first) {
      case 'settings':
        this.settings = {...this.settings, ...literal(rest)};
        return '';
      case 'table':
        this.define(rest);
        return '';
      case 'rows':
        await this.model(rest).createAll(operands(rest));
        return '';
      case 'clock':
        this.clock.pass(Number(rest));
        return this.answerOf(undefined);
      default:
        return this.takeIn(this.session(first!), rest);
    }
  }

  /** Ends what is left, and requires that nobody waits and all is sound. */
  async end(): Promise<void> {
    for (const {name, isWaiting, transaction} of this.sessions.values()) {
      assert.ok(!isWaiting, `${name} still waits at the end`);
      if (transaction?.isActive()) await transaction.rollback();
    }
    assert.deepEqual(this.dataSource.connector.database.verify(), []);
  }

  private get dataSource(): TestDataSource {
    return (this.madeDataSource ??= makeDataSource(this.settings));
  }

  /** `Child id Number id, parentId Number references Parent` */
  private define(text: string): void {
    const [, name, list] = /^(\w+) (.*)$/.exec(text) ?? refuse(text);
    const foreignKeys: Record<string, object> = {};
    const properties = list!.split(', ').map(item => {
      const [own, reference] = item.split(' references ');
      const {name: foreignKey, definition} = parseProperty(own!);
      if (reference !== undefined) {
        const [entity, onDelete] = reference.split(' on delete ');
        foreignKeys[`${foreignKey}Of${name}`] = {
          entity,
          entityKey: 'id',
          foreignKey,
          onDelete,
        };
      }
      return [foreignKey, definition];
    });
    const Model = this.dataSource.define(
      name!,
      Object.fromEntries(properties),
      {foreignKeys},
    );
    this.models.set(name!, Model);
  }

  private model(text: string): Model {
    const [name] = text.split(' ');
    return this.models.get(name!) ?? refuse(`the table ${name}`);
  }

  private session(name: string): Session {
    const session = this.sessions.get(name) ?? {name, isWaiting: false};
    this.sessions.set(name, session);
    return session;
  }

  private async takeIn(session: Session, words: string): Promise<string> {
    assert.ok(!session.isWaiting, 'its statement before still waits');
    if (words.startsWith('begin')) {
      await this.begin(session, words.slice('begin'.length).trim());
      return '';
    }
    session.isWaiting = true;
    session.answer = undefined;
    void this.start(session, words)
      .then(showAnswer, showError)
      .then(
        answer => {
          Object.assign(session, {answer, isWaiting: false});
          this.goneOn.push(session);
        },
        (error: Error) => void (this.failure = error),
      );
    return this.answerOf(session);
  }

  private async begin(session: Session, name: string): Promise<void> {
    const level = name === '' ? this.level : asLevel(name);
    assert.ok(level, 'a schedule without a level says one at each begin');
    assert.ok(!session.transaction?.isActive(), 'it has begun already');
    const [Model] = this.models.values();
    session.transaction = await Model.beginTransaction({isolationLevel: level});
  }

  private async start({transaction}: Session, words: string): Promise<unknown> {
    const [, verb, rest = ''] = /^(\w+) ?(.*)$/.exec(words) ?? refuse(words);
    const isAboutRows = this.models.has(rest.split(' ')[0]!);
    if (isAboutRows) return this.statement(verb!, rest, transaction);
    assert.ok(transaction, 'it has not begun');
    return this.control(verb!, rest, transaction);
  }

  private async statement(
    verb: string,
    rest: string,
    transaction: Transaction | undefined,
  ): Promise<unknown> {
    const Model = this.model(rest);
    const objects = operands(rest);
    const [first = {}, second] = objects;
    const options = transaction && {transaction};
    switch (verb) {
      case 'find':
        return Model.find({where: first, order: 'id'}, options);
      case 'count':
        return Model.count(first, options);
      case 'insert':
        return {count: (await Model.createAll(objects, options)).length};
      case 'update':
        return Model.updateAll(first, second, options);
      case 'delete':
        return Model.destroyAll(first, options);
      default:
        return refuse(`the step ${verb}`);
    }
  }

  private control(
    verb: string,
    rest: string,
    transaction: Transaction,
  ): Promise<void> {
    switch (verb) {
      case 'commit':
        return transaction.commit();
      case 'savepoint':
      case 'release':
        return this.atSavepoint(verb, transaction, rest);
      case 'rollback':
        return rest === ''
          ? transaction.rollback()
          : this.atSavepoint('rollbackTo', transaction, rest.slice(3));
      default:
        return refuse(`the step ${verb}`);
    }
  }

  private atSavepoint(
    method: 'savepoint' | 'release' | 'rollbackTo',
    transaction: Transaction,
    name: string,
  ): Promise<void> {
    const {connector} = this.dataSource;
    return new Promise((resolve, reject) => {
      void connector[method](transaction, name, error =>
        error ? reject(error) : resolve(),
      );
    });
  }

  /** What a session's step came to, and the steps of others that went on by it. */
  private async answerOf(session: Session | undefined): Promise<string> {
    await allGoesOn();
    if (this.failure !== undefined) throw this.failure;
    const others = this.goneOn.splice(0).filter(other => other !== session);
    return [
      ...(session ? [session.answer ?? waits] : []),
      ...others.map(({name, answer}) => `${name} goes on: ${answer}`),
    ].join('\n');
  }
}

/** The objects behind the name of a table. */
function operands(text: string): any[] {
  return literals(text.slice(text.split(' ')[0]!.length));
}

/** Rows as objects, a count as `1 row`, nothing as `ok`. */
function showAnswer(answer: any): string {
  if (answer === undefined || answer === null) return 'ok';
  if (typeof answer === 'number') return String(answer);
  if (Array.isArray(answer)) return answer.map(showRow).join('\n') || 'no rows';
  return answer.count === 1 ? '1 row' : `${answer.count} rows`;
}

function showRow(row: {toObject(): object}): string {
  const properties = Object.entries(row.toObject())
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `{${properties.join(', ')}}`;
}

function showError(error: any): string {
  if (!(error instanceof InMemoryError)) throw error;
  const {code, sqlState} = error;
  return `${code} ${sqlState}`;
}

function refuse(text: string): never {
  throw new Error(`Not of the form that schedules have: ${text}`);
}
