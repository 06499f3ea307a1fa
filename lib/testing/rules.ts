import {isRecord} from '../base/objects';
import type {Answer, Told} from './answer';
import {
  type Comparison,
  comparisonsOf,
  isLimited,
  isPlain,
  isWithout,
  orderOf,
  type Where,
  wheresOf,
} from './call-facts';
import {hasFailedOn, isOfReasons, isSameFailure} from './failures';
import {
  areNearBut,
  areNear,
  areReadAlike,
  hasAllOf,
  haveSameRows,
  isPartOf,
  lackAlike,
  rowTextsOf,
} from './likeness';
import type {Call} from './watched-models';

/** Two answers to one call. */
export interface Case {
  readonly call: Call;
  readonly answer: Answer;
  readonly otherAnswer: Answer;
  /** The name of the other connector: `postgresql`. */
  readonly database: string;
  /** The names of the properties of the model. */
  readonly properties: readonly string[];
  /** Those of them that declare a type of their column in that database. */
  readonly typed: readonly string[];
  /** The first rows of its table before the call, and whether there are no others. */
  readonly rowsBefore: readonly Told[];
}

/** In what databases differ, and how to see it in two answers. */
interface Rule {
  readonly name: string;
  readonly says: string;
  readonly explains: (of: Case) => boolean;
}

/** In the order in which they are asked; docs/emulation-proof.md has them. */
export const rules: readonly Rule[] = [
  {
    name: 'tx.aborted',
    says: 'PostgreSQL refuses everything in a transaction in which a statement has failed',
    explains: of => hasFailedOn(of.otherAnswer, 'transaction'),
  },
  {
    name: 'mig.table',
    says: 'in a SQL database a model has a table and columns once it is migrated',
    explains: of => hasFailedOn(of.otherAnswer, 'table'),
  },
  {
    name: 'where.unknown',
    says: "LoopBack's SQL connectors leave out conditions on properties that the model has not",
    explains: of =>
      wheresOf(of.call).some(where => hasUnknown(where, of.properties)) &&
      hasMore(of),
  },
  {
    name: 'where.first',
    says: 'of several operators of one property LoopBack reads one',
    explains: of => wheresOf(of.call).some(hasSeveral) && differs(of),
  },
  {
    name: 'where.empty',
    says: 'an empty condition within `or` or `and` is left out',
    explains: of => wheresOf(of.call).some(hasEmpty) && differs(of),
  },
  {
    name: 'err.operator',
    says: 'what SQL cannot say is a syntax error there',
    explains: of => hasFailedOn(of.otherAnswer, 'syntax'),
  },
  {
    name: 'type.value',
    says: 'a column has a type, which rounds, converts or refuses values',
    explains: of =>
      hasFailedOn(of.otherAnswer, 'value') ||
      (!areReadAlike(of.answer, of.otherAnswer) &&
        areNear(of.answer, of.otherAnswer)),
  },
  {
    name: 'null.column',
    says: 'a column that must not be null refuses it, an id that is not generated too',
    explains: of => 'value' in of.answer && hasFailedOn(of.otherAnswer, 'null'),
  },
  {
    name: 'err.shape',
    says: "errors have the shape of the database's driver",
    explains: of => isSameFailure(of.answer, of.otherAnswer),
  },
  {
    name: 'err.first',
    says: 'of several things that are wrong with a statement, another one comes first there',
    explains: ({answer, otherAnswer}) =>
      isOfReasons(answer, refusals) && isOfReasons(otherAnswer, refusals),
  },
  {
    name: 'err.strict',
    says: 'what is no value or operand of its property is refused here, and converted there',
    explains: ({answer, otherAnswer}) =>
      'value' in otherAnswer && isOfReasons(answer, ['value', 'syntax']),
  },
  {
    name: 'err.connector',
    says: "LoopBack's connector itself breaks at an operand that it does not expect",
    explains: of =>
      !hasFailedOn(of.answer, 'program') &&
      hasFailedOn(of.otherAnswer, 'program'),
  },
  {
    name: 'err.found',
    says: 'what looks for a row before it creates one checks there only what it creates',
    explains: ({answer, call, otherAnswer}) =>
      /^(?:findOrCreate|\w+WithWhere)$/.test(call.method) &&
      hasFailedOn(answer, 'null') &&
      'value' in otherAnswer,
  },
  {
    name: 'id.row',
    says: 'the connector for SQLite answers a creation with the number of the row, a text as an id, too',
    explains: of =>
      of.database === 'sqlite3' &&
      createdBy(of.call) !== undefined &&
      areNearBut('id', of.answer, of.otherAnswer),
  },
  {
    name: 'id.sequence',
    says: 'ids that are given do not move a sequence',
    explains: isOfSequence,
  },
  {
    name: 'upsert.default',
    says: 'what looks for a row there, and creates it, answers all of it, with its defaults',
    explains: ({answer, call, otherAnswer}) =>
      createdBy(call) !== undefined &&
      !call.method.includes('create') &&
      isPartOf(answer, otherAnswer),
  },
  {
    name: 'type.unique',
    says: 'values that a column rounds or cuts to the same one are duplicates',
    explains: of =>
      'value' in of.answer &&
      hasFailedOn(of.otherAnswer, 'duplicate') &&
      of.call.args.flat().some(mayBecomeEqual),
  },
  {
    name: 'null.read',
    says: 'a property that was never given is read as null',
    explains: ({answer, otherAnswer}) => lackAlike(answer, otherAnswer),
  },
  {
    name: 'type.read',
    says: 'bigint and numeric are read as texts, and objects with their keys in another order',
    explains: ({answer, otherAnswer}) => areReadAlike(answer, otherAnswer),
  },
  {
    name: 'null.order',
    says: 'nulls come last on PostgreSQL, and texts in the order of the collation (emulate: {collation})',
    explains: of =>
      orderOf(of.call).length > 0 &&
      (haveSameRows(of.answer, of.otherAnswer) || isOtherPage(of)),
  },
  {
    name: 'order.none',
    says: 'without an order rows come as the database finds them, here by their ids',
    explains: of =>
      orderOf(of.call).length === 0 &&
      (haveSameRows(of.answer, of.otherAnswer) || isOtherPage(of)),
  },
  {
    name: 'null.3vl',
    says: 'what compares with null is neither true nor false, so no negation finds the row',
    explains: of => negatesMissing(of) && hasFewer(of),
  },
  {
    name: 'null.list',
    says: 'a null in a list of `inq` or `nin` is equal to nothing',
    explains: of => comparisonsOf(of.call).some(isNullInList) && hasFewer(of),
  },
  {
    name: 'obj.text',
    says: 'objects and lists are texts of JSON, equal as such, and no value within is found',
    explains: of => comparisonsOf(of.call).some(isOfObjects) && differs(of),
  },
  {
    name: 'type.compare',
    says: 'a column with a type of its own compares by it: 0.1 is not equal to a real, and texts have no numbers',
    explains: of =>
      comparisonsOf(of.call).some(({property}) =>
        of.typed.includes(property),
      ) && differs(of),
  },
  {
    name: 'coll.text',
    says: 'texts are compared by the collation of the database (emulate: {collation})',
    explains: of =>
      comparisonsOf(of.call).some(({operand}) => hasText(operand)) &&
      differs(of),
  },
];

/** Why a database may refuse what a statement asks. */
const refusals = [
  'table',
  'syntax',
  'value',
  'null',
  'duplicate',
  'reference',
] as const;

/** The first rule that explains two answers. */
export function ruleFor(of: Case): Rule | undefined {
  return rules.find(({explains}) => explains(of));
}

/**
 * Whether both have answered with rows, or how many there are. Where none was found
 * here one may have been created, and that one refused.
 */
function differs({answer, call, otherAnswer}: Case): boolean {
  const hasFoundNone =
    /^(?:findOrCreate|upsertWithWhere)/.test(call.method) &&
    hasFailedOn(answer, 'duplicate');
  return ('value' in answer || hasFoundNone) && 'value' in otherAnswer;
}

/** Whether the other one has what is here, and more. */
function hasMore(of: Case): boolean {
  // One that is found is not created, which may fail.
  if (/^(?:findOrCreate|upsertWithWhere)/.test(of.call.method)) {
    return 'value' in of.otherAnswer;
  }
  return (
    differs(of) && (isLimited(of.call) || hasAllOf(of.otherAnswer, of.answer))
  );
}

/** Whether the other one has only of what is here. */
function hasFewer(of: Case): boolean {
  // Of fewer rows a change may pass that breaks a rule here.
  if (isOfReasons(of.answer, refusals)) return 'value' in of.otherAnswer;
  return (
    differs(of) && (isLimited(of.call) || hasAllOf(of.answer, of.otherAnswer))
  );
}

/** Whether both have as many of the rows that an order leads to. */
function isOtherPage({answer, call, otherAnswer}: Case): boolean {
  if (hasFound(answer) && hasFound(otherAnswer)) return true;
  const [rows, others] = [rowTextsOf(answer), rowTextsOf(otherAnswer)];
  return (
    /^find(?:One)?$/.test(call.method) &&
    isLimited(call) &&
    rows !== undefined &&
    rows.length === others?.length
  );
}

/** Whether findOrCreate has found a row. */
function hasFound(answer: Answer): boolean {
  if (!('value' in answer)) return false;
  const {value} = answer;
  return Array.isArray(value) && value.length === 2 && value[1] === false;
}

function hasUnknown(where: Where, properties: readonly string[]): boolean {
  return Object.keys(where)
    .map(name => name.split('.')[0]!)
    .some(name => !['and', 'or', ...properties].includes(name));
}

function hasSeveral(where: Where): boolean {
  return Object.values(where).some(
    each => isPlain(each) && Object.keys(each).length > 1,
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

/** Whether a property is negated that a row has not. */
function negatesMissing({call, rowsBefore}: Case): boolean {
  return comparisonsOf(call).some(
    ({operator, property}) =>
      /^(?:neq|n\w*like|nin)$/.test(operator) &&
      rowsBefore.some(row => isWithout(row, property)),
  );
}

function isNullInList({operand, operator}: Comparison): boolean {
  return (
    /^(?:inq|nin)$/.test(operator) &&
    Array.isArray(operand) &&
    operand.includes(null)
  );
}

/** Whether a value is compared that is an object or a list itself. */
function isOfObjects({operand, operator}: Comparison): boolean {
  const isValue =
    operand instanceof Date ||
    operand instanceof RegExp ||
    Buffer.isBuffer(operand);
  return (
    /^(?:eq|neq)$/.test(operator) &&
    typeof operand === 'object' &&
    operand !== null &&
    !isValue
  );
}

function hasText(operand: unknown): boolean {
  const operands = Array.isArray(operand) ? (operand as unknown[]) : [operand];
  return operands.some(each => typeof each === 'string');
}

const creations =
  /^(?:\w+\.)?(?:create|upsert|updateOrCreate|findOrCreate|patchOrCreate|replaceOrCreate)/;

/** What a call has created, or would have; undefined where it is of no creation. */
function createdBy({args, method}: Call): unknown {
  if (!creations.test(method)) return undefined;
  // Where a filter or a where comes first, what is created comes last.
  const [first, second] = args;
  const given = /With|find/.test(method) ? second : first;
  return Array.isArray(given) ? (given as unknown[])[0] : given;
}

/** Whether an id was made that is another one, or that there is. */
function isOfSequence({answer, call, otherAnswer}: Case): boolean {
  const given = createdBy(call);
  if (!isRecord(given) || 'id' in given) return false;
  if (hasFailedOn(otherAnswer, 'duplicate')) return 'value' in answer;
  return areNearBut('id', answer, otherAnswer);
}

/** Whether a value is given that a column may make equal to another one. */
function mayBecomeEqual(given: unknown): boolean {
  return (
    isRecord(given) &&
    Object.values(given).some(
      value => value !== null && !Number.isInteger(value),
    )
  );
}
