import type {Answer, Row, Step} from './naive-rows';

/** The isolation levels, as LoopBack calls them. */
export type Level = 'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE';

/** When something was asked for and when it was done, by a common counter. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What came of a statement: an answer, or the code of its error. */
export type Outcome =
  {readonly answer: Answer} | {readonly error: 'DUPLICATE_KEY' | Abort};

/** The errors that end a transaction. */
export type Abort = 'SERIALIZATION_FAILURE' | 'DEADLOCK';

/** A statement that ran. */
export interface Statement extends Span {
  readonly step: Step;
  readonly outcome: Outcome;
  /** Whether it was still under way when nothing moved any more. */
  readonly hasWaited?: boolean;
}

/** How a transaction ended, or that it has not. */
export interface End extends Span {
  readonly kind: 'commit' | 'rollback' | 'still open';
  /** The error that the commit failed with. */
  readonly error?: Abort;
}

/** What a transaction did and saw. */
export interface Transaction {
  readonly name: string;
  readonly statements: readonly Statement[];
  readonly end: End;
}

/** What transactions that ran at the same time did and saw. */
export interface History {
  readonly level: Level;
  readonly initial: readonly Row[];
  readonly transactions: readonly Transaction[];
  /** Those of the transactions that committed, in the order of their commits. */
  readonly committed: readonly Transaction[];
  readonly final: readonly Row[];
}

/** The history step by step, for people. */
export function showHistory(history: History): string {
  const last = showAnswer(history.final);
  return `${showSteps(history)}\n  the rows at last: ${last}`;
}

/** The steps of a history that may not have come to its end. */
export function showSteps(history: History): string {
  const lines = history.transactions.flatMap(({name, statements, end}) => [
    ...statements.map(statement => ({
      ...statement,
      text: `${name} ${showStatement(statement)}`,
    })),
    {...end, text: `${name} ${showEnd(end)}`},
  ]);
  lines.sort((a, b) => a.from - b.from);
  const order = history.committed.map(({name}) => name).join(', ');
  return [
    `${history.level}, each line with its begin and end:`,
    `  the rows at first: ${showAnswer(history.initial)}`,
    ...lines.map(({from, to, text}) => `  ${from}-${to} ${text}`),
    `  committed in this order: ${order || 'nobody'}`,
  ].join('\n');
}

/** A statement and what came of it as one line. */
export function showStatement({step, outcome, hasWaited}: Statement): string {
  const result =
    'error' in outcome ? outcome.error : showAnswer(outcome.answer);
  return `${showStep(step)} ${hasWaited ? 'waited, then' : ''}-> ${result}`;
}

/** A step as a text. */
export function showStep(step: Step): string {
  switch (step.kind) {
    case 'findById':
      return `findById ${step.id}`;
    case 'create':
      return `create ${showRow(step.row)}`;
    case 'update':
      return `update ${showObject(step.where)} to ${showObject(step.change)}`;
    default:
      return `${step.kind} ${showObject(step.where)}`;
  }
}

/** An answer as a text. */
export function showAnswer(answer: Answer): string {
  if (typeof answer === 'number') return String(answer);
  return answer.length === 0 ? 'no rows' : answer.map(showRow).join(' ');
}

function showRow({id, group, code, value}: Row): string {
  return `{id ${id}, group ${group}, code ${code ?? '-'}, value ${value}}`;
}

function showObject(object: object): string {
  return JSON.stringify(object).replaceAll('"', '');
}

function showEnd({kind, error}: End): string {
  return error === undefined ? kind : `${kind} -> ${error}`;
}
