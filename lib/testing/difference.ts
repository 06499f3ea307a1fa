import type {Answer, Told} from './answer';
import {type Case, ruleFor} from './rules';
import {rowsOf} from './rows-before';
import type {Run, Statement} from './statements';

/** The first answers that differ. */
export interface Difference {
  /** Its number among the statements, from 1. */
  readonly number: number;
  /** `City.find({"where":{"n":1}})` */
  readonly statement: string;
  readonly model: string;
  /** The first rows of its table that were committed before it, as they are stored. */
  readonly rowsBefore: readonly Told[];
  /** What the first datasource answered; undefined where it made no such statement. */
  readonly answer: Answer | undefined;
  /** What the other one answered. */
  readonly otherAnswer: Answer | undefined;
  /** The rule that explains it, if one does. */
  readonly rule: {readonly name: string; readonly says: string} | undefined;
}

/** The models of a datasource by their names. */
export type KnownModels = ReadonlyMap<
  string,
  {
    readonly table: string;
    readonly properties: readonly string[];
    /** Those that declare a type of their column in the other database. */
    readonly typed: readonly string[];
  }
>;

/** The first difference of two runs of one function, the other one on `database`. */
export function differenceOf(
  mine: Run,
  other: Run,
  models: KnownModels,
  database: string,
): Difference | undefined {
  const count = Math.max(mine.statements.length, other.statements.length);
  for (let i = 0; i < count; i++) {
    const [own, theirs] = [mine.statements[i], other.statements[i]];
    if (own === undefined || theirs === undefined || areUnlike(own, theirs)) {
      return describe(i, [own, theirs], models, database);
    }
  }
  return JSON.stringify(mine.end) === JSON.stringify(other.end)
    ? undefined
    : {
        number: count + 1,
        statement: 'the end of the function',
        model: '',
        rowsBefore: [],
        answer: mine.end,
        otherAnswer: other.end,
        rule: undefined,
      };
}

const unknown = {properties: [], typed: []};

function areUnlike(own: Statement, theirs: Statement): boolean {
  return (
    own.text !== theirs.text ||
    JSON.stringify(own.answer) !== JSON.stringify(theirs.answer)
  );
}

function describe(
  index: number,
  [own, theirs]: readonly (Statement | undefined)[],
  models: KnownModels,
  database: string,
): Difference {
  const {before, call, model, text} = (own ?? theirs)!;
  const known = models.get(model);
  const answer = own?.answer;
  const otherAnswer = own?.text === theirs?.text ? theirs?.answer : undefined;
  const rowsBefore = before && known ? rowsOf(before, known.table) : [];
  return {
    number: index + 1,
    statement: text,
    model,
    rowsBefore,
    answer,
    otherAnswer,
    rule: ruleOf({
      answer,
      call,
      database,
      otherAnswer,
      ...(known ?? unknown),
      rowsBefore,
    }),
  };
}

type Answers = Pick<Difference, 'answer' | 'otherAnswer'>;

function ruleOf({
  answer,
  otherAnswer,
  ...rest
}: Answers & Omit<Case, keyof Answers>): Difference['rule'] {
  return answer && otherAnswer
    ? ruleFor({...rest, answer, otherAnswer})
    : undefined;
}
