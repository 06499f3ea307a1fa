import {inMemory} from '../connector/in-memory';
import {InMemoryError, show} from '../base/errors';
import {isObject, isRecord} from '../base/objects';
import {refuseUnknownOptions} from './arguments';
import type {Difference, KnownModels} from './difference';
import {loadComparing} from './on-demand';
import {
  connected,
  type DataSourceLike,
  modelsOf,
  shareModels,
} from './watched-models';

/** How two datasources are compared. */
export interface CompareOptions {
  /** Names of properties whose values are not compared: `['createdAt']`. */
  readonly ignore?: readonly string[];
}

/** What a comparison has found. */
export interface Comparison {
  /** How many statements the first datasource was asked. */
  readonly statements: number;
  /** Undefined where all answers are equal. */
  readonly difference: Difference | undefined;
  /** The same for people. */
  readonly text: string;
}

/**
 * Runs a function on a datasource of this connector and on another one, and tells
 * the first statement that they answer differently: results with all their values,
 * errors by name, message, codes and what they name. Statements are the calls of
 * methods of models, transactions and migrations that the function makes. Models
 * of either datasource are defined on the other one too; tables are not made, and
 * must hold the same rows. Uuids count as equal when they come in the same order.
 *
 * Fails with INVALID_SETTING where the first datasource has another connector,
 * the other one is none, or the same, on an option that there is not, and where the
 * function is none or has made no statement; and as the function does where it fails alike on both.
 */
export async function compareWith<DS extends DataSourceLike>(
  dataSource: DS,
  other: DS,
  fn: (dataSource: DS) => unknown,
  options: CompareOptions = {},
): Promise<Comparison> {
  const connector = inMemory(dataSource);
  requireOther(dataSource, other);
  const ignored = namesToIgnore(options);
  if (typeof fn !== 'function') {
    throw invalid(
      'fn',
      `must be a function of a datasource, and not ${show(fn)}`,
      'Let it make the statements that are to be compared',
    );
  }
  await connected(dataSource);
  await connected(other);
  shareModels(dataSource, other);
  shareModels(other, dataSource);
  const {differenceOf, noteStatements} = loadComparing();
  const versionNow = () => connector.database.head;
  const mine = await noteStatements(dataSource, fn, ignored, versionNow);
  const theirs = await noteStatements(other, fn, ignored, () => undefined);
  const models: KnownModels = new Map(
    modelsOf(dataSource).map(({definition, modelName}) => [
      modelName,
      {
        table: connector.tableOf(modelName),
        properties: Object.keys(definition.properties),
        typed: typedOf(definition.properties, connectorName(other)),
      },
    ]),
  );
  const difference = differenceOf(mine, theirs, models, connectorName(other));
  if (difference === undefined && mine.failure) throw mine.failure.error;
  const statements = mine.statements.length;
  if (difference === undefined && statements === 0) throw noStatement();
  return {statements, difference, text: textOf(statements, difference)};
}

function namesToIgnore(options: CompareOptions): ReadonlySet<string> {
  refuseUnknownOptions('compareWith', options, ['ignore']);
  const {ignore = []} = options;
  const areNames =
    Array.isArray(ignore) && ignore.every(name => typeof name === 'string');
  if (areNames) return new Set(ignore);
  throw invalid(
    'ignore',
    `must be a list of names of properties, and not ${show(ignore)}`,
    "Give it one, as in {ignore: ['createdAt']}",
  );
}

/** The properties with a type that is declared for a database. */
function typedOf(properties: object, database: string): string[] {
  const all = Object.entries(
    properties as Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  );
  return all
    .filter(([, {[database]: own}]) => isRecord(own) && 'dataType' in own)
    .map(([name]) => name);
}

function connectorName({connector}: DataSourceLike): string {
  const {name} = connector as {readonly name?: unknown};
  return typeof name === 'string' ? name : '';
}

function requireOther(dataSource: object, other: unknown): void {
  const isDataSource = isObject(other) && 'connector' in other;
  if (isDataSource && other !== dataSource) return;
  throw invalid(
    'other',
    isDataSource
      ? 'must be another datasource than the first one'
      : `must be a datasource, and not ${show(other)}`,
    'Give it that of the database to compare with',
  );
}

function invalid(
  argument: string,
  must: string,
  instead: string,
): InMemoryError {
  return new InMemoryError(
    'INVALID_SETTING',
    `The argument ${argument} of compareWith() ${must}. ${instead}.`,
    {property: argument},
  );
}

function noStatement(): InMemoryError {
  return new InMemoryError(
    'INVALID_SETTING',
    'compareWith() has seen no statement, so nothing was compared. Let the ' +
      'function use the datasource that it is called with, once each of both: ' +
      'its models, repositories made on it, its transactions.',
    {property: 'fn'},
  );
}

function textOf(
  statements: number,
  difference: Difference | undefined,
): string {
  if (difference === undefined) return `${statements} statements, all equal.`;
  const {answer, number, otherAnswer, rowsBefore, rule, statement} = difference;
  const rows = rowsBefore.map(row => `    ${JSON.stringify(row)}`);
  const shown = (told: unknown) =>
    told === undefined
      ? 'made another statement, or none'
      : JSON.stringify(told);
  return [
    `Statement ${number} is answered differently: ${statement}`,
    ...(rows.length > 0 ? ['  rows before it:', ...rows] : []),
    `  here:  ${shown(answer)}`,
    `  there: ${shown(otherAnswer)}`,
    rule
      ? `  rule:  ${rule.name}: ${rule.says}`
      : '  rule:  none of docs/emulation-proof.md explains it',
  ].join('\n');
}
