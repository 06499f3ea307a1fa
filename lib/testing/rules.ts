import {isObject, isRecord} from '../base/objects';
import type {Answer, Told} from './answer';
import type {Call} from './watched-models';

/** Two answers to one call. */
export interface Case {
  readonly call: Call;
  readonly answer: Answer;
  readonly otherAnswer: Answer;
  /** The names of the properties of the model. */
  readonly properties: readonly string[];
}

/** In what databases differ, and how to see it in two answers. */
interface Rule {
  readonly name: string;
  readonly says: string;
  readonly explains: (of: Case) => boolean;
}

/** In the order in which they are asked; docs/testing.md has them. */
export const rules: readonly Rule[] = [
  {
    name: 'tx.aborted',
    says: 'PostgreSQL refuses everything in a transaction in which a statement has failed',
    explains: of => codeOf(of) === '25P02',
  },
  {
    name: 'mig.table',
    says: 'in a SQL database a model has a table and columns once it is migrated',
    explains: of => isOneOf(of, ['42P01', '42703', ...noTable]),
  },
  {
    name: 'where.unknown',
    says: "LoopBack's SQL connectors leave out conditions on properties that the model has not",
    explains: ({call, properties}) =>
      wheresOf(call).some(where => hasUnknown(where, properties)),
  },
  {
    name: 'where.first',
    says: 'of several operators of one property LoopBack reads one',
    explains: ({call}) => wheresOf(call).some(hasSeveral),
  },
  {
    name: 'where.empty',
    says: 'an empty condition within `or` or `and` is left out',
    explains: ({call}) => wheresOf(call).some(hasEmpty),
  },
  {
    name: 'err.operator',
    says: 'what SQL cannot say is a syntax error there',
    explains: of => isOneOf(of, ['42601', '42883', 'ER_PARSE_ERROR']),
  },
  {
    name: 'type.value',
    says: 'a column has a type, which rounds or refuses values',
    explains: of => /^22|^ER_(?:DATA|WARN|TRUNC|BAD_FIELD)/.test(codeOf(of)),
  },
  {
    name: 'null.column',
    says: 'a column that must not be null refuses it, an id that is not generated too',
    explains: of => isOneOf(of, ['23502', 'ER_NO_DEFAULT_FOR_FIELD']),
  },
  {
    name: 'err.shape',
    says: "errors have the shape of the database's driver",
    explains: ({answer, otherAnswer}) =>
      'error' in answer && 'error' in otherAnswer,
  },
  {
    name: 'id.sequence',
    says: 'ids that are given do not move a sequence',
    explains: of =>
      isOneOf(of, ['23505']) && of.call.method.startsWith('create'),
  },
  {
    name: 'null.read',
    says: 'a property that was never given is read as null',
    explains: ({answer, otherAnswer}) =>
      textOf(withoutNulls(answer)) === textOf(withoutNulls(otherAnswer)),
  },
  {
    name: 'null.order',
    says: 'nulls come last on PostgreSQL, and texts in the order of the collation (emulate: {collation})',
    explains: ({answer, otherAnswer}) =>
      sorted(answer) !== undefined && sorted(answer) === sorted(otherAnswer),
  },
  {
    name: 'null.3vl',
    says: 'what compares with null is neither true nor false, so no negation finds the row',
    explains: ({call}) => wheresOf(call).some(hasNegation),
  },
  {
    name: 'null.list',
    says: 'a null in a list of `inq` or `nin` is equal to nothing',
    explains: ({call}) => wheresOf(call).some(hasNullInList),
  },
  {
    name: 'coll.text',
    says: 'texts are compared by the collation of the database (emulate: {collation})',
    explains: ({call}) => wheresOf(call).some(comparesTexts),
  },
  {
    name: 'type.read',
    says: 'bigint and numeric are read as texts, dates cut to the precision of the column',
    explains: ({answer, otherAnswer}) =>
      shapeOf(answer) === shapeOf(otherAnswer),
  },
];

const noTable = ['ER_NO_SUCH_TABLE', 'ER_BAD_FIELD_ERROR', 'SQLITE_ERROR'];

/** The first rule that explains two answers. */
export function ruleFor(of: Case): Rule | undefined {
  return rules.find(({explains}) => explains(of));
}

function codeOf({otherAnswer}: Case): string {
  if (!('error' in otherAnswer) || !isRecord(otherAnswer.error)) return '';
  const {code} = otherAnswer.error;
  return typeof code === 'string' ? code : '';
}

function isOneOf(of: Case, codes: readonly string[]): boolean {
  return codes.includes(codeOf(of));
}

type Where = Readonly<Record<string, unknown>>;

/** The where of a call, or of the filter that it is called with, with all within. */
function wheresOf({args, method}: Call): Where[] {
  if (
    !/^(?:find|count|update|upsertWith|patchOr|destroy|delete|remove)/.test(
      method,
    )
  )
    return [];
  const isFind = method.startsWith('find');
  return (isFind ? args : args.slice(0, 1))
    .filter(isRecord)
    .map(each => (isFind ? each['where'] : each))
    .filter(isRecord)
    .flatMap(clausesOf);
}

function clausesOf(where: Where): Where[] {
  const within = ['and', 'or'].flatMap(key => {
    const clauses = where[key];
    return Array.isArray(clauses) ? clauses.filter(isRecord) : [];
  });
  return [where, ...within.flatMap(clausesOf)];
}

/** The pairs of operator and operand of a where. */
function operatorsOf(where: Where): [string, unknown][] {
  return Object.values(where)
    .filter(isRecord)
    .flatMap(each => Object.entries(each));
}

function hasUnknown(where: Where, properties: readonly string[]): boolean {
  return Object.keys(where)
    .map(name => name.split('.')[0]!)
    .some(name => !['and', 'or', ...properties].includes(name));
}

function hasSeveral(where: Where): boolean {
  return Object.values(where).some(
    each => isRecord(each) && Object.keys(each).length > 1,
  );
}

function hasEmpty(where: Where): boolean {
  return ['and', 'or'].some(key => {
    const clauses = where[key];
    return (
      Array.isArray(clauses) &&
      (clauses.length === 0 ||
        clauses.some(each => isRecord(each) && Object.keys(each).length === 0))
    );
  });
}

function hasNegation(where: Where): boolean {
  return operatorsOf(where).some(([name]) =>
    /^(?:neq|n\w*like|nin)$/.test(name),
  );
}

function hasNullInList(where: Where): boolean {
  return operatorsOf(where).some(
    ([name, list]) =>
      /^(?:inq|nin)$/.test(name) && Array.isArray(list) && list.includes(null),
  );
}

function comparesTexts(where: Where): boolean {
  const operands = operatorsOf(where).flatMap(([, operand]) => operand);
  return [...operands, ...Object.values(where)].some(
    each => typeof each === 'string',
  );
}

function withoutNulls(answer: Answer): Told | undefined {
  return 'value' in answer ? stripped(answer.value) : undefined;
}

function stripped(told: Told): Told {
  if (Array.isArray(told)) return told.map(stripped);
  if (!isObject(told)) return told;
  const left = Object.entries(told as Readonly<Record<string, Told>>).filter(
    ([, value]) => value !== null && textOf(value) !== '{"@":"undefined"}',
  );
  return Object.fromEntries(
    left.map(([name, value]) => [name, stripped(value)]),
  );
}

function textOf(told: Told | undefined): string {
  return JSON.stringify(told) ?? '';
}

/** The rows of an answer in an order of their own. */
function sorted(answer: Answer): string | undefined {
  const rows = withoutNulls(answer);
  return Array.isArray(rows) ? rows.map(textOf).sort().join() : undefined;
}

/** An answer without its scalars. */
function shapeOf(answer: Answer): string | undefined {
  const rows = withoutNulls(answer);
  return rows === undefined
    ? undefined
    : JSON.stringify(rows, (_, value: unknown) =>
        isObject(value) ? value : '',
      );
}
