import {types} from 'node:util';
import {asList} from '../../base/objects';
import {compileLike} from '../../value/like';
import {compileRegExp} from '../../value/regexp';
import {ValueTest} from '../../value/value-test';
import type {Collation} from '../collation';
import type {Column, ConditionIn} from '../dialect';
import {fullTextSearch} from '../full-text';
import {
  comparisons,
  type ConditionMaker,
  isNull,
} from '../relational/conditions';
import {noOperator, pgError} from './errors';
import {parameter} from './values';

/** The operators of loopback-connector-postgresql: `buildExpression`. */
const operators: Readonly<Record<string, ConditionMaker>> = {
  ...comparisons,
  like: (operand, column) => like(operand, column, false, true),
  ilike: (operand, column) => like(operand, column, true, true),
  nlike: (operand, column) => like(operand, column, false, false),
  nilike: (operand, column) => like(operand, column, true, false),
  regexp,
  contains: (operand, column) => elements('contains', operand, column),
  containedBy: (operand, column) => elements('containedBy', operand, column),
  containsAnyOf: (operand, column) => elements('containsAny', operand, column),
  match: (_operand, {property}) => {
    throw fullTextSearch(property, 'match');
  },
};

/** A condition of an operator. Fails with 42601 on one that there is not. */
export function postgresqlCondition(
  operator: string,
  operand: unknown,
  column: Column,
  {parameter, texts}: {parameter: number; texts: Collation},
): ConditionIn {
  if (!Object.hasOwn(operators, operator)) {
    throw unknownOperator(column, parameter);
  }
  const own = isCollated(column) ? texts : undefined;
  return operators[operator]!(operand, column, own);
}

/** Behind the name of a column stands what was made of the operand. */
function unknownOperator({nativeType}: Column, parameter: number): Error {
  const near = nativeType === 'point' ? 'point' : `$${parameter}`;
  return pgError('42601', `syntax error at or near "${near}"`);
}

/** Types whose values are kept as texts, and are none. */
const uncollated: ReadonlySet<string> = new Set([
  'uuid',
  'time without time zone',
]);

/** Whether values of a column are compared by the collation. */
export function isCollated({nativeType, type}: Column): boolean {
  return type === 'string' && !uncollated.has(nativeType);
}

/** `column::TEXT LIKE`; an expression counts by its text. */
function like(
  operand: unknown,
  column: Column,
  ignoresCase: boolean,
  isWanted: boolean,
): ConditionIn {
  if (isNull(operand)) return {kind: 'never'};
  const pattern = parameter(operand);
  if (column.type === 'string') {
    const name = `${isWanted ? '' : 'n'}${ignoresCase ? 'ilike' : 'like'}`;
    return {kind: 'operand', operand: {[name]: pattern}};
  }
  const compiled = compileLike(pattern, ignoresCase);
  return {
    kind: 'test',
    test: new ValueTest(
      `::text ${isWanted ? '' : 'not '}like ${JSON.stringify(pattern)}`,
      value => !isNull(value) && compiled.test(column.cast(value)) === isWanted,
    ),
  };
}

/** `~` and `~*`: POSIX expressions, of which the flags g and m count for nothing. */
function regexp(operand: unknown, column: Column): ConditionIn {
  if (!types.isRegExp(operand) && typeof operand !== 'string') {
    return {kind: 'never'};
  }
  if (!isTextual(column)) {
    throw pgError(
      '42883',
      `operator does not exist: ${column.nativeType} ~ unknown`,
      {hint: noOperator},
    );
  }
  const expression = types.isRegExp(operand) ? operand : new RegExp(operand);
  const pattern = compilePosix(expression);
  return {
    kind: 'test',
    test: new ValueTest(
      `~ ${String(expression)}`,
      value => !isNull(value) && pattern(column.cast(value)),
    ),
  };
}

function isTextual({nativeType}: Column): boolean {
  return ['text', 'character varying', 'character'].includes(nativeType);
}

/**
 * A POSIX expression as PostgreSQL reads it. It runs on our automaton; one that
 * looks ahead or refers back, which an automaton cannot, as JavaScript runs it.
 */
function compilePosix({ignoreCase, source}: RegExp): (text: string) => boolean {
  const posix = posixSource(source);
  // Unlike in JavaScript a dot is any letter, the end of a line too.
  const flags = `s${ignoreCase ? 'i' : ''}`;
  if (/\(\?[=!<]|\\[1-9]/.test(posix)) {
    const expression = new RegExp(posix, `${flags}u`);
    return text => expression.test(text);
  }
  const pattern = compileRegExp(posix, flags);
  return text => pattern.test(text);
}

/** In PostgreSQL's expressions `\y` is the boundary of a word, `\b` a backspace. */
function posixSource(source: string): string {
  return source.replaceAll(/\\(.)/g, (escape, letter: string) => {
    if (letter === 'b') return '\\x08';
    return letter === 'y' ? '\\b' : escape;
  });
}

function elements(
  operator: string,
  operand: unknown,
  column: Column,
): ConditionIn {
  const values = column.operand(asList(operand), 'list');
  return {kind: 'operand', operand: {[operator]: values}};
}
