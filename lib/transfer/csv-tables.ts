import {show} from '../base/errors';
import {getOwn, setOwn} from '../value/copy';
import {inferSchemas} from '../schema/infer';
import type {TableSchema} from '../schema/schema';
import {idText} from '../persistence/salvage/identified-rows';
import {type CsvCell, csvLine, csvRecords} from './csv';
import {csvText, declaredReader, guessedReader} from './csv-values';
import {surveyColumns} from './survey';
import type {TransferTable} from './tables';

/** A table as CSV, part by part: a header, and a record a row. */
export function* csvTable({rows, schema}: TransferTable): Generator<string> {
  const names = [
    ...new Set([
      ...schema.primaryKey,
      ...Object.keys(schema.columns),
      ...surveyColumns(rows).keys(),
    ]),
  ];
  if (names.length === 0) return;
  yield csvLine(names.map(text => ({text, isQuoted: false})));
  for (const row of rows) {
    const cells = names.map(name =>
      csvText(getOwn(row, name), () => {
        const id = schema.primaryKey.map(part => idText(getOwn(row, part)));
        return `${schema.name} ${id.join(', ')}: ${name}`;
      }),
    );
    yield csvLine(cells);
  }
}

/** A row of CSV, and where it stands. */
export interface CsvRow {
  readonly row: Record<string, unknown>;
  readonly line: number;
}

/** How CSV is to be read. */
export interface CsvOptions {
  /** The types of columns, where they are declared. */
  readonly columns?: TableSchema['columns'] | undefined;
  readonly delimiter?: string | undefined;
}

/**
 * The rows of CSV with a header. Types are those declared, else what all cells of
 * a column have the form of; an empty cell is no value. Fails, and tells line and
 * column, on what is no CSV and on a cell that is not of its declared type.
 */
export function csvRows(
  name: string,
  text: string,
  {columns = {}, delimiter}: CsvOptions,
): CsvRow[] {
  const [header, ...records] = csvRecords(name, text, delimiter);
  if (header === undefined) return [];
  if (delimiter === undefined) requireDelimiter(name, header);
  const names = namesOf(name, header);
  for (const record of records) requireCells(name, record, header);
  const quotesAll = header.every(({isQuoted}) => isQuoted);
  const rows = records.map(([first]) => ({row: {}, line: first!.line}));
  for (const [i, property] of names.entries()) {
    const cells = records.map(record => record[i]!);
    const type = Object.hasOwn(columns, property)
      ? columns[property]!
      : undefined;
    const read =
      type === undefined || type === 'any'
        ? guessedReader(cells.filter(isGiven), quotesAll)
        : declaredReader(type);
    for (const [r, cell] of cells.entries()) {
      if (!isGiven(cell)) continue;
      const value = read(cell.text);
      if (value === undefined) throw badCell(name, property, cell, type!);
      setOwn(rows[r]!.row, property, value);
    }
  }
  return rows;
}

/** The id that rows of a new model seem to have; undefined where none does. */
export function guessedKey(
  name: string,
  rows: readonly CsvRow[],
): readonly string[] | undefined {
  const [inferred] = inferSchemas([
    {name, forEach: visit => rows.forEach(({row}) => visit(row))},
  ]);
  const key = inferred?.schema.primaryKey ?? [];
  return key.length > 0 ? key : undefined;
}

function isGiven({isQuoted, text}: CsvCell): boolean {
  return isQuoted || text !== '';
}

/** One column that is called `id;name` is two of another delimiter. */
function requireDelimiter(
  file: string,
  [first, ...more]: readonly CsvCell[],
): void {
  if (first === undefined || first.isQuoted || more.length > 0) return;
  const found = /[;\t|]/.exec(first.text)?.[0];
  if (found === undefined) return;
  throw new Error(
    `${file}, line ${first.line}: there is no comma, and the only column would be ` +
      `${show(first.text)}. Say what stands between the cells: --delimiter ` +
      `${found === '\t' ? "$'\\t'" : `'${found}'`}, or --delimiter , if that is its name. ` +
      'Nothing was changed.',
  );
}

/** The columns of a header. Fails where one has no name, or two have the same. */
export function namesOf(file: string, header: readonly CsvCell[]): string[] {
  const names = new Set<string>();
  for (const {column, line, text} of header) {
    const problem =
      text === ''
        ? 'a column without a name'
        : names.has(text) && `the column ${show(text)} is there twice`;
    if (problem) {
      throw new Error(
        `${file}, line ${line}, column ${column}: ${problem}. The first line names ` +
          'the properties. Nothing was changed.',
      );
    }
    names.add(text);
  }
  return [...names];
}

/** Fails, and tells line and column, on a record with more or fewer cells. */
export function requireCells(
  file: string,
  record: readonly CsvCell[],
  header: readonly CsvCell[],
): void {
  if (record.length === header.length) return;
  const {column, line} = record.at(-1)!;
  throw new Error(
    `${file}, line ${line}, column ${column}: the record has ${record.length} ` +
      `cells, and the header ${header.length}. Nothing was changed.`,
  );
}

function badCell(
  file: string,
  property: string,
  {column, line, text}: CsvCell,
  type: string,
): Error {
  return new Error(
    `${file}, line ${line}, column ${column}: ${property} is declared as ` +
      `${type}, and the cell is ${show(text)}. Nothing was changed.`,
  );
}
