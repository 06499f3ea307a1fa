import type {Version} from './rows-before';
import {type Answer, Teller} from './answer';
import {type Call, type DataSourceLike, Watch} from './watched-models';

/** A statement of a run, with what it came to. */
export interface Statement {
  readonly model: string;
  /** `City.find({"where": {"n": 1}})` */
  readonly text: string;
  readonly call: Call;
  /** The rows of all tables before it, where they can be had. */
  readonly before: Version | undefined;
  /** Undefined for one that never ended. */
  answer: Answer | undefined;
}

/** All statements of a run, in the order in which they began. */
export interface Run {
  readonly statements: readonly Statement[];
  /** What the function came to that made them. */
  readonly end: Answer;
  /** What it has failed with. */
  readonly failure: {readonly error: unknown} | undefined;
}

/** Runs a function, and notes the statements that it makes. */
export async function noteStatements<DS extends DataSourceLike>(
  dataSource: DS,
  work: (dataSource: DS) => unknown,
  ignore: ReadonlySet<string>,
  versionNow: () => Version | undefined,
): Promise<Run> {
  const statements: Statement[] = [];
  const teller = new Teller(ignore);
  const underway: Promise<unknown>[] = [];
  const watch = new Watch(dataSource, (call, run) => {
    const statement: Statement = {
      model: call.model,
      text: textOf(call, teller),
      call,
      before: versionNow(),
      answer: undefined,
    };
    statements.push(statement);
    const result = startedBy(run);
    underway.push(
      teller
        .answer(() => result)
        .then(answer => {
          statement.answer = answer;
        }),
    );
    return result;
  });
  try {
    const failure = await failureOf(() => work(dataSource));
    await Promise.all(underway);
    const end = await teller.answer(() => {
      if (failure) throw failure.error;
    });
    return {statements, end, failure};
  } finally {
    watch.end();
  }
}

/** Fails later where it fails at once. */
function startedBy(run: () => unknown): Promise<unknown> {
  try {
    return Promise.resolve(run());
  } catch (error) {
    return Promise.reject(error);
  }
}

async function failureOf(
  work: () => unknown,
): Promise<{error: unknown} | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return {error};
  }
}

function textOf({args, method, model}: Call, teller: Teller): string {
  const told = args.map(each => JSON.stringify(teller.tell(each)));
  return `${model === '' ? 'dataSource' : model}.${method}(${told.join(', ')})`;
}
