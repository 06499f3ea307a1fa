import {pathsOf} from '../schema/foreign-keys';
import type {ColumnLimits} from '../schema/rules';
import type {TableSchema} from '../schema/schema';
import type {ColumnType} from '../value/coerce';
import {
  type ColumnSurvey,
  emptySurvey,
  mergedSurvey,
  surveyColumns,
  type ValueKind,
} from './survey';
import type {TransferTable} from './tables';

/** What a column of a SQL table holds. */
export type SqlKind =
  | 'boolean'
  | 'integer'
  | 'bigint'
  | 'decimal'
  | 'double'
  | 'text'
  | 'date'
  | 'bytes'
  | 'point'
  | 'json';

/** A column as it is to be in any SQL database. */
export interface SqlColumn {
  readonly name: string;
  readonly kind: SqlKind;
  /** Of a `decimal`: its digits, and those of them behind the point. */
  readonly precision?: number;
  readonly scale?: number;
  /** Of a `text`: the greatest number of characters, where one is declared. */
  readonly maxLength?: number | undefined;
  /** The longest text, or the most bytes, that there are. */
  readonly longest: number;
  /** Whether an id, an index or a foreign key has it. */
  readonly isKey: boolean;
  readonly isRequired: boolean;
  /** Whether the database counts it up. */
  readonly isGenerated: boolean;
  /** Whether values of several types are in it, so that JSON has to hold them. */
  readonly isMixed: boolean;
}

/** A table with the columns that hold its rows. */
export interface SqlTable extends TransferTable {
  readonly columns: readonly SqlColumn[];
}

/**
 * The columns of tables: those of the schemas, and further properties that rows
 * have. Their types are as narrow as the values allow, and a column that refers to
 * another is of its type. O(values).
 */
export function withColumns(tables: readonly TransferTable[]): SqlTable[] {
  const surveys = new Map(
    tables.map(({schema, rows}) => [
      schema.name,
      {schema, columns: surveyColumns(rows)},
    ]),
  );
  for (const {schema, columns} of surveys.values()) noteIds(schema, columns);
  mergeReferring(surveys);
  return tables.map(table => ({
    ...table,
    columns: columnsOf(table.schema, surveys.get(table.schema.name)!.columns),
  }));
}

interface SurveyedTable {
  readonly schema: TableSchema;
  readonly columns: Map<string, ColumnSurvey>;
}

const someInteger: ColumnSurvey = {...emptySurvey, kinds: new Set(['integer'])};

/** Ids that are counted are integers, also where there are none yet. */
function noteIds(
  {idGeneration, primaryKey}: TableSchema,
  columns: Map<string, ColumnSurvey>,
): void {
  const [id] = primaryKey;
  if (idGeneration !== 'number' || id === undefined) return;
  columns.set(id, mergedSurvey(columns.get(id) ?? emptySurvey, someInteger));
}

/** Gives columns that refer to others the values of these, until none changes. */
function mergeReferring(surveys: ReadonlyMap<string, SurveyedTable>): void {
  for (let isChanged = true; isChanged;) {
    isChanged = false;
    for (const [child, childKey, parent, parentKey] of pairsOf(surveys)) {
      const a = child.get(childKey) ?? emptySurvey;
      const b = parent.get(parentKey) ?? emptySurvey;
      const both = mergedSurvey(a, b);
      if (isSame(a, both) && isSame(b, both)) continue;
      child.set(childKey, both);
      parent.set(parentKey, both);
      isChanged = true;
    }
  }
}

type Columns = Map<string, ColumnSurvey>;

function pairsOf(
  surveys: ReadonlyMap<string, SurveyedTable>,
): [child: Columns, string, parent: Columns, string][] {
  return [...surveys.values()].flatMap(({schema, columns}) =>
    schema.foreignKeys.flatMap(({parent, parentProperties, properties}) => {
      const above = surveys.get(parent)?.columns;
      return above === undefined
        ? []
        : properties.map(
            (name, i) =>
              [columns, name, above, parentProperties[i]!] as [
                Columns,
                string,
                Columns,
                string,
              ],
          );
    }),
  );
}

function isSame(a: ColumnSurvey, b: ColumnSurvey): boolean {
  return (
    a.kinds.size === b.kinds.size &&
    a.maxLength === b.maxLength &&
    a.maxBytes === b.maxBytes &&
    a.min === b.min &&
    a.max === b.max
  );
}

function columnsOf(schema: TableSchema, surveys: Columns): SqlColumn[] {
  const names = new Set([
    ...schema.primaryKey,
    ...Object.keys(schema.columns),
    ...surveys.keys(),
  ]);
  const keys = new Set([
    ...schema.primaryKey,
    ...schema.indexes.flatMap(pathsOf),
    ...schema.foreignKeys.flatMap(({properties}) => properties),
  ]);
  const [id] = schema.primaryKey;
  const isCounted =
    schema.idGeneration === 'number' && schema.primaryKey.length === 1;
  return [...names].map(name => {
    const survey = surveys.get(name) ?? emptySurvey;
    const limits = limitsOf(schema, name);
    const held = holdingOf(schema.columns[name] ?? 'any', survey, limits);
    const isWhole = held.kind === 'integer' || held.kind === 'bigint';
    return {
      name,
      ...held,
      longest: Math.max(survey.maxLength, survey.maxBytes),
      isKey: keys.has(name),
      isRequired:
        schema.notNull.includes(name) || schema.primaryKey.includes(name),
      isGenerated: isCounted && name === id && isWhole,
      isMixed: held.kind === 'json' && !areJson(survey),
    };
  });
}

function limitsOf({limits}: TableSchema, name: string): ColumnLimits {
  return Object.hasOwn(limits, name) ? limits[name]! : {};
}

type Holding = Pick<SqlColumn, 'kind' | 'precision' | 'scale' | 'maxLength'>;

/** The narrowest column that holds all values. */
function holdingOf(
  declared: ColumnType,
  survey: ColumnSurvey,
  limits: ColumnLimits,
): Holding {
  const kinds = [...survey.kinds];
  if (kinds.length === 0) return declaredHolding(declared, limits);
  if (kinds.every(isNumeric)) return numericHolding(survey, limits);
  const [kind] = kinds;
  if (kinds.length > 1 || kind === undefined || isNumeric(kind)) {
    return {kind: 'json'};
  }
  return kind === 'text' ? {kind, maxLength: limits.maxLength} : {kind};
}

function isNumeric(kind: ValueKind): kind is 'integer' | 'double' | 'bigint' {
  return kind === 'integer' || kind === 'double' || kind === 'bigint';
}

function areJson({kinds}: ColumnSurvey): boolean {
  return [...kinds].every(kind => kind === 'json' || kind === 'point');
}

function numericHolding(survey: ColumnSurvey, limits: ColumnLimits): Holding {
  const {kinds, max, min} = survey;
  const {precision, scale} = limits;
  if (kinds.has('double')) {
    // A bigint beyond 2^53 beside fractions: no number of SQL holds both exactly.
    if (kinds.has('bigint')) return {kind: 'json'};
    return precision !== undefined && scale !== undefined
      ? {kind: 'decimal', precision, scale}
      : {kind: 'double'};
  }
  if (scale !== undefined && scale > 0 && precision !== undefined) {
    return {kind: 'decimal', precision, scale};
  }
  const isWithin = (bits: bigint): boolean =>
    min >= -(1n << (bits - 1n)) && max < 1n << (bits - 1n);
  if (isWithin(32n)) return {kind: 'integer'};
  if (isWithin(64n)) return {kind: 'bigint'};
  const digits = Math.max(String(max).length, String(-min).length);
  return {kind: 'decimal', precision: digits, scale: 0};
}

function declaredHolding(
  declared: ColumnType,
  {maxLength, precision, scale}: ColumnLimits,
): Holding {
  switch (declared) {
    case 'number':
      return precision !== undefined && scale !== undefined
        ? {kind: 'decimal', precision, scale}
        : {kind: 'double'};
    case 'string':
      return {kind: 'text', maxLength};
    case 'boolean':
    case 'date':
    case 'bytes':
    case 'point':
      return {kind: declared};
    case 'any':
      return {kind: 'text'};
    default:
      return {kind: 'json'};
  }
}
