import {DataSource} from 'loopback-datasource-juggler';
import {setTimeout} from 'node:timers/promises';
import {makeDataSource} from '../connector/data-source';
import {literals} from '../literal';
import type {TestDatabase} from '../transfer/databases';
import {allGoesOn, waits} from '../waits';
import type {IsolationCase} from './isolation-cases';

/** How long a statement waits for a lock where a case is about that. */
const lockTimeoutMs = 1000;

/** Where the cases are played. */
export interface Arena {
  readonly dataSource: any;
  /**
   * Another one on the same tables, for what is outside of transactions: there a
   * transaction leaves its level to the connection that it had.
   */
  readonly outside: any;
  /** Lets a transaction that has begun wait no longer than {@link lockTimeoutMs}. */
  prepare(transaction: any): Promise<void>;
  /** Resolves once each of the statements has an answer, or waits for a lock. */
  settle(pending: () => number): Promise<void>;
  end(): Promise<void>;
}

/** This connector, emulating MariaDB. */
export function ourArena(settings: object = {}): Arena {
  const dataSource = makeDataSource({
    ...settings,
    emulate: {database: 'mariadb', hazards: 'copy'},
    lockTimeoutMs,
  });
  return {
    dataSource,
    outside: dataSource,
    prepare: async () => undefined,
    settle: allGoesOn,
    end: () => dataSource.disconnect(),
  };
}

/** MariaDB, by way of its connector; `database` is to be dropped by who made it. */
export function mariadbArena(database: TestDatabase): Arena {
  const [dataSource, outside] = [1, 2].map(
    () => new DataSource(database.config as any) as any,
  );
  return {
    dataSource,
    outside,
    prepare: transaction =>
      new Promise((resolve, reject) => {
        dataSource.connector.execute(
          `SET SESSION innodb_lock_wait_timeout = ${lockTimeoutMs / 1000}`,
          [],
          {transaction},
          (error: Error | null) => (error ? reject(error) : resolve()),
        );
      }),
    async settle(pending) {
      while (pending() > 0) {
        await setTimeout(betweenLooksMs);
        const waiting = await waitingIn(database);
        // Whoever has an answer by now does not wait.
        await allGoesOn();
        if (waiting === pending()) return;
      }
    },
    async end() {
      await dataSource.disconnect();
      await outside.disconnect();
    },
  };
}

const betweenLooksMs = 5;

/** How many connections to a database wait for a lock now. */
async function waitingIn(database: TestDatabase): Promise<number> {
  const name = database.config!['database'] as string;
  // The tables of the information schema tell what was 100 ms ago.
  const [status] = await database.rows('SHOW ENGINE INNODB STATUS');
  const processes = await database.rows(
    `SELECT id FROM information_schema.processlist WHERE db = '${name}'`,
  );
  const ours = new Set(processes.map(({id}) => Number(id)));
  // Before the first one stands what is left of the last deadlock.
  const [, ...transactions] = String(status!['Status']).split(
    '---TRANSACTION ',
  );
  return transactions.filter(text => {
    const [, thread] = / thread id (\d+)/.exec(text) ?? [];
    return /^LOCK WAIT /m.test(text) && ours.has(Number(thread));
  }).length;
}

interface Session {
  readonly name: string;
  readonly Model: any;
  readonly transaction: any;
  /** Its last statement: undefined when it has been told of. */
  answer?: Promise<void> | undefined;
  text?: string | undefined;
}

/** What the steps of a case answer at a level. */
export async function playCase(
  arena: Arena,
  {steps}: IsolationCase,
  isolationLevel: string | undefined,
): Promise<string[]> {
  const Model = await makeTable(arena);
  const sessions = new Map<string, Session>();
  for (const name of new Set(steps.map(step => step.split(' ')[0]!))) {
    const transaction =
      name === 'anyone'
        ? undefined
        : await Model.beginTransaction(isolationLevel ? {isolationLevel} : {});
    const own = transaction ? Model : defineOn(arena.outside);
    if (transaction && steps.includes(`${name} goes on`)) {
      await arena.prepare(transaction);
    }
    sessions.set(name, {name, Model: own, transaction});
  }
  const player = new Player(arena, sessions);
  const answers: string[] = [];
  for (const step of steps) answers.push(await player.take(step));
  await player.end();
  return answers;
}

function defineOn(dataSource: any): any {
  const properties = {
    id: {type: Number, id: true},
    v: Number,
    k: {type: String, length: 10, index: {unique: true}},
  };
  return dataSource.define('Test', properties, {forceId: false});
}

async function makeTable({dataSource}: Arena): Promise<any> {
  const Model = defineOn(dataSource);
  await dataSource.automigrate('Test');
  await Model.create({id: 1, v: 10, k: 'a'});
  await Model.create({id: 2, v: 20, k: 'b'});
  return Model;
}

class Player {
  constructor(
    private readonly arena: Arena,
    private readonly sessions: ReadonlyMap<string, Session>,
  ) {}

  /** Takes a step, and tells its answer and those of others that came by it. */
  async take(step: string): Promise<string> {
    const [, name, words] = /^(\w+) (.*)$/.exec(step)!;
    const session = this.sessions.get(name!)!;
    if (words === 'goes on') await session.answer;
    else if (session.answer === undefined) this.start(session, words!);
    else return 'cannot: its statement before still waits';
    await this.arena.settle(() => this.waiting.length);
    const told = [session.text === undefined ? waits : take(session)];
    for (const other of this.sessions.values()) {
      if (other !== session && other.text !== undefined) {
        told.push(`${other.name} goes on: ${take(other)}`);
      }
    }
    return told.join('; ');
  }

  /** Ends what is left. */
  async end(): Promise<void> {
    for (const {transaction} of this.sessions.values()) {
      if (transaction?.isActive()) await transaction.rollback();
    }
    for (const {answer} of this.sessions.values()) await answer;
  }

  private get waiting(): Session[] {
    return [...this.sessions.values()].filter(
      ({answer, text}) => answer !== undefined && text === undefined,
    );
  }

  private start(session: Session, words: string): void {
    session.answer = this.run(session, words).then(
      answer => void (session.text = showAnswer(answer)),
      (error: unknown) => void (session.text = showError(error)),
    );
  }

  private async run(
    {Model, transaction}: Session,
    words: string,
  ): Promise<unknown> {
    const [, verb, rest] = /^(\w+) ?(.*)$/.exec(words)!;
    const [first, second] = rest ? literals(rest) : [];
    const options = transaction && {transaction};
    switch (verb) {
      case 'find':
        return Model.find({where: first, order: 'id'}, options);
      case 'update':
        return Model.updateAll(first, second, options);
      case 'delete':
        return Model.destroyAll(first, options);
      case 'insert':
        await Model.create(first, options);
        return {count: 1};
      case 'commit':
      case 'rollback':
        return transaction[verb]();
      default:
        throw new Error(`${words}: no such step`);
    }
  }
}

function take(session: Session): string {
  const {text} = session;
  session.text = undefined;
  session.answer = undefined;
  return text!;
}

function showAnswer(answer: any): string {
  if (answer === undefined || answer === null) return 'ok';
  if (!Array.isArray(answer)) return `${answer.count} written`;
  return answer.map(({id, v}) => `${id}:${v}`).join(' ') || 'no rows';
}

function showError(error: any): string {
  const {code, errno, message, sqlState} = error;
  return code === undefined ? message : `${code} ${errno} ${sqlState}`;
}
