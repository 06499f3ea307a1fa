import {types} from 'node:util';
import {compileLike} from '../../value/like';
import {compileRegExp} from '../../value/regexp';
import {OneOfTexts} from '../../value/text-order';
import {ValueTest} from '../../value/value-test';
import type {Column, ConditionIn} from '../dialect';
import {fullTextSearch} from '../full-text';
import {comparisons, isNull} from '../relational/conditions';
import type {MysqlCollation} from './collations';
import type {MysqlColumn} from './columns';
import {sentDate} from './dates';
import {mysqlError, parseError} from './errors';
import type {Server} from './flavour';

/** What conditions are made for. */
export interface Comparing {
  readonly server: Server;
  readonly texts: MysqlCollation;
}

type ConditionMaker = (
  operand: unknown,
  column: MysqlColumn,
  comparing: Comparing,
) => ConditionIn;

/** The operators of loopback-connector-mysql: `buildExpression`. */
const operators: Readonly<Record<string, ConditionMaker>> = {
  gt: compared('gt'),
  gte: compared('gte'),
  lt: compared('lt'),
  lte: compared('lte'),
  between: compared('between'),
  neq: (operand, column, comparing) =>
    isCollated(column) && !isNull(operand)
      ? differs([operand], column, comparing)
      : compared('neq')(operand, column, comparing),
  inq: (operand, column, comparing) => {
    const condition = compared('inq')(operand, column, comparing);
    return condition.kind === 'operand' && isCollated(column)
      ? oneOf(asList(operand), column, comparing)
      : condition;
  },
  nin: (operand, column, comparing) => {
    const condition = compared('nin')(operand, column, comparing);
    return condition.kind === 'operand' && isCollated(column)
      ? differs(asList(operand), column, comparing)
      : condition;
  },
  like: (operand, column, comparing) => like(operand, column, comparing, true),
  nlike: (operand, column, comparing) =>
    like(operand, column, comparing, false),
  regexp,
  match: fullText('match'),
  matchnl: fullText('matchnl'),
  matchqe: fullText('matchqe'),
  matchnlqe: fullText('matchnlqe'),
  matchbool: fullText('matchbool'),
};

/** A condition of an operator. Fails with 1064 on one that there is not. */
export function mysqlCondition(
  operator: string | undefined,
  operand: unknown,
  column: Column,
  comparing: Comparing,
): ConditionIn {
  const {server} = comparing;
  const own = column as MysqlColumn;
  if (operator === undefined || !Object.hasOwn(operators, operator)) {
    // Behind the name of the column stands what was made of the operand.
    const near = own.kind === 'point' ? 'Point' : literal(operand, own);
    throw parseError(server, near);
  }
  const sent = withoutInvalid(sentOperand(operand, own));
  return operators[operator]!(sent, own, comparing);
}

/** What is sent of an operand, as the driver writes it into the statement. */
function literal(operand: unknown, column: MysqlColumn): string {
  if (isNull(operand)) return 'NULL';
  const sent = column.sent(operand);
  if (sent instanceof Date) return `'${sentDate(sent)}'`;
  return typeof sent === 'string'
    ? `'${sent.replace(/["'\\]/g, '\\$&')}'`
    : String(sent);
}

/** A value in the place of operators. */
export function mysqlEqual(
  value: unknown,
  column: Column,
  comparing: Comparing,
): ConditionIn {
  const own = column as MysqlColumn;
  const sent = withoutInvalid(value);
  if (isNull(sent)) return {kind: 'never'};
  return own.isCollated
    ? oneOf([sent], own, comparing)
    : {kind: 'operand', operand: own.operand(sent, 'equal')};
}

/** In the place of null the connector sends what it would write. */
function sentOperand(operand: unknown, {sentForNull}: MysqlColumn): unknown {
  if (sentForNull === undefined) return operand;
  const of = (value: unknown) => (value === null ? sentForNull(null) : value);
  return Array.isArray(operand) ? operand.map(of) : of(operand);
}

/** The driver sends an invalid date as NULL. */
function withoutInvalid(operand: unknown): unknown {
  const isInvalid = (value: unknown) =>
    value instanceof Date && Number.isNaN(value.getTime());
  if (!Array.isArray(operand)) return isInvalid(operand) ? null : operand;
  return operand.map((value: unknown) => (isInvalid(value) ? null : value));
}

function compared(name: keyof typeof comparisons): ConditionMaker {
  return (operand, column, {texts}) =>
    comparisons[name]!(operand, column, column.isCollated ? texts : undefined);
}

function isCollated({isCollated}: MysqlColumn): boolean {
  return isCollated;
}

function asList(operand: unknown): readonly unknown[] {
  return Array.isArray(operand) ? (operand as unknown[]) : [operand];
}

function oneOf(
  operands: readonly unknown[],
  column: MysqlColumn,
  {texts}: Comparing,
): ConditionIn {
  const own = operands
    .filter(each => !isNull(each))
    .map(each => column.operand(each, 'list') as string);
  return {kind: 'operand', operand: new OneOfTexts(own, texts)};
}

function differs(
  operands: readonly unknown[],
  column: MysqlColumn,
  {texts}: Comparing,
): ConditionIn {
  const own = operands.map(each => column.operand(each, 'list') as string);
  const list = new OneOfTexts(own, texts);
  return {
    kind: 'test',
    test: new ValueTest(
      `not in (${list.texts.join(', ')}) by ${texts.name}`,
      value => !isNull(value) && !list.has(value),
    ),
  };
}

/** By the collation; of other columns than texts by their text. */
function like(
  operand: unknown,
  column: MysqlColumn,
  {texts}: Comparing,
  isWanted: boolean,
): ConditionIn {
  if (isNull(operand)) return {kind: 'never'};
  const source = patternOf(operand, column);
  if (source === undefined) return {kind: 'never'};
  const fold = (text: string) => (column.isCollated ? texts.fold(text) : text);
  const pattern = compileLike(fold(source), false);
  const name = isWanted ? 'like' : 'not like';
  return {
    kind: 'test',
    test: new ValueTest(
      `${name} ${JSON.stringify(source)} by ${texts.name}`,
      value =>
        !isNull(value) && pattern.test(fold(column.cast(value))) === isWanted,
    ),
  };
}

/** A pattern as it is sent; undefined where that is null. */
function patternOf(operand: unknown, column: MysqlColumn): string | undefined {
  const sent = column.sent(operand);
  if (sent instanceof Date) {
    return Number.isNaN(sent.getTime()) ? undefined : sentDate(sent);
  }
  return typeof sent === 'boolean' ? String(Number(sent)) : String(sent);
}

function regexp(
  operand: unknown,
  column: MysqlColumn,
  {server, texts}: Comparing,
): ConditionIn {
  if (!server.flavour.hasRegexpLike) {
    throw mysqlError(
      'ER_SP_DOES_NOT_EXIST',
      `FUNCTION ${server.schema}.REGEXP_LIKE does not exist`,
    );
  }
  // Of a text the connector sends its property `source`, which it has not.
  if (!types.isRegExp(operand)) return {kind: 'never'};
  const flags = `${operand.ignoreCase ? 'i' : ''}${operand.multiline ? 'm' : ''}`;
  const pattern = compileRegExp(operand.source, flags);
  return {
    kind: 'test',
    test: new ValueTest(
      `regexp_like ${String(operand)} by ${texts.name}`,
      value => !isNull(value) && pattern.test(column.cast(value)),
    ),
  };
}

/** It needs an index of its own, of the column alone. */
function fullText(operator: string): ConditionMaker {
  return (_operand, {hasFullText, property}) => {
    throw hasFullText
      ? fullTextSearch(property, operator)
      : mysqlError(
          'ER_FT_MATCHING_KEY_NOT_FOUND',
          "Can't find FULLTEXT index matching the column list",
        );
  };
}
