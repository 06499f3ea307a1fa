import {keptForm} from '../../schema/kept';
import type {Table} from '../../store/table';
import type {Version} from '../../store/version';
import type {Row} from '../../value/copy';
import type {KeptTable} from './reader';
import {rowKeys} from './row-keys';
import {rowSlices, sliceLimits} from './row-slices';
import {type ColumnTypes, TypeSurvey} from './type-survey';
import {rowText} from './value-types';

/** What a data file is written from. Nothing of it may change meanwhile. */
export interface DataFileContent {
  /** Nobody may use it up with `applyInPlace` until the file is written. */
  readonly version: Version;
  /** Models of the file that the version has no table for, as they were read. */
  readonly kept?: ReadonlyMap<string, KeptTable>;
  /** Other top-level members of the file, as they were read. */
  readonly unknown?: ReadonlyMap<string, string>;
  /** The next sequence numbers of tables, where they are greater. */
  readonly sequences?: ReadonlyMap<string, number>;
}

/**
 * The text of a data file, piece by piece, each made in about a millisecond;
 * there are empty pieces.
 *
 *   {
 *     "ids": {"City": 8},
 *     "models": {
 *       "City": {
 *         "7": "{\"id\":7,\"founded\":\"1950-01-01T00:00:00.000Z\"}"
 *       }
 *     },
 *     "types": {"City": {"all": {"/founded": "date"}}},
 *     "schemas": {"City": {"primaryKey": ["id"], "columns": ...}}
 *   }
 *
 * but with one row a line, one next id a line, and so on. The built-in
 * connector reads `ids` and `models`, and nothing else. `types` says of which
 * type the values are that JSON cannot tell, and `schemas` for what the rows were
 * written; each is left out if there are none.
 */
export function* dataFileText(
  content: DataFileContent,
): Generator<string | Uint8Array> {
  const tables: Table[] = [];
  content.version.tables.forEach(table => void tables.push(table));
  const declared = new Set(tables.map(table => table.schema.name));
  const kept = [...(content.kept ?? [])].filter(
    ([name]) => !declared.has(name),
  );
  yield '{\n  "ids": ';
  yield* object(2, [
    ...tables.map(({schema, nextSequence}) =>
      plain(
        schema.name,
        Math.max(nextSequence, content.sequences?.get(schema.name) ?? 1),
      ),
    ),
    ...kept.map(([name, table]) => plain(name, table.nextSequence)),
  ]);
  yield ',\n  "models": ';
  const columns = new Map<Table, ColumnTypes>();
  yield* object(2, [
    ...tables.map(table => member(table.schema.name, rowsText(table, columns))),
    ...kept.map(([name, {source}]) => member(name, pieces(source))),
  ]);
  const types = [...columns]
    .filter(([, {all, hasExceptions}]) => all.size > 0 || hasExceptions)
    .map(([table, columns]) =>
      member(table.schema.name, typesText(table, columns)),
    );
  for (const [name, table] of kept) {
    if (table.types !== undefined) types.push(member(name, [table.types]));
  }
  if (types.length > 0) {
    yield ',\n  "types": ';
    yield* object(2, types);
  }
  const schemas = [
    ...tables.map(({schema: {name}, kept: schema}) => [name, schema] as const),
    ...kept.map(([name, {schema}]) => [name, schema] as const),
  ].flatMap(([name, schema]) => (schema ? plain(name, keptForm(schema)) : []));
  if (schemas.length > 0) {
    yield ',\n  "schemas": ';
    yield* object(2, schemas);
  }
  for (const [name, json] of content.unknown ?? []) {
    yield `,\n  ${JSON.stringify(name)}: `;
    yield json;
  }
  yield '\n}\n';
}

interface Member {
  readonly name: string;
  readonly value: Iterable<string | Uint8Array>;
}

function member(name: string, value: Member['value']): Member {
  return {name, value};
}

function plain(name: string, value: unknown): Member {
  return {name, value: [JSON.stringify(value)]};
}

/** An object with one member a line, indented by so many blanks. */
function* object(
  indent: number,
  members: readonly Member[],
): Generator<string | Uint8Array> {
  if (members.length === 0) {
    yield '{}';
    return;
  }
  let separator = '{';
  for (const {name, value} of members) {
    yield `${separator}${lineStart(indent + 2)}${JSON.stringify(name)}: `;
    yield* value;
    separator = ',';
  }
  yield `${lineStart(indent)}}`;
}

function lineStart(indent: number): string {
  return `\n${' '.repeat(indent)}`;
}

/** Bytes as they are, in parts that are written quickly. */
function* pieces(source: Uint8Array): Generator<Uint8Array> {
  const size = sliceLimits.characters;
  for (let start = 0; start < source.length; start += size) {
    yield source.subarray(start, start + size);
  }
}

/** An object with a line for each row; enters the table's types in `columns`. */
function* rowsText(
  table: Table,
  columns: Map<Table, ColumnTypes>,
): Generator<string> {
  const survey = new TypeSurvey();
  yield* lines(table, 4, row => {
    survey.see(row);
    return JSON.stringify(rowText(row));
  });
  columns.set(table, survey.finish());
}

/** The types of columns, and those of the rows that deviate. */
function* typesText(table: Table, columns: ColumnTypes): Generator<string> {
  yield `{${lineStart(6)}"all": ${JSON.stringify(Object.fromEntries(columns.all))}`;
  if (columns.hasExceptions) {
    yield `,${lineStart(6)}"rows": `;
    yield* lines(table, 6, row => {
      const exceptions = columns.exceptions(row);
      return exceptions && JSON.stringify(exceptions);
    });
  }
  yield `${lineStart(4)}}`;
}

/** An object with a line for each row of which `textOf` makes a text. */
function* lines(
  table: Table,
  indent: number,
  textOf: (row: Row) => string | undefined,
): Generator<string> {
  const keyOf = rowKeys(table);
  const start = lineStart(indent + 2);
  let separator = '{';
  let text = '';
  const slices = rowSlices(table, (row, id) => {
    const value = textOf(row);
    if (value === undefined) return 0;
    const line = `${separator}${start}${JSON.stringify(keyOf(id))}: ${value}`;
    text += line;
    separator = ',';
    return line.length;
  });
  for (const _ of slices) {
    yield text;
    text = '';
  }
  yield separator === '{' ? '{}' : `${lineStart(indent)}}`;
}
