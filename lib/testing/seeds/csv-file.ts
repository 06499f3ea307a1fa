import {show} from '../../base/errors';
import {type CsvCell, csvRecords} from '../../transfer/csv';
import {namesOf, requireCells} from '../../transfer/csv-tables';
import {declaredReader, guessedReader} from '../../transfer/csv-values';
import type {Mistakes} from './mistakes';
import {nameKey, type RowCollector, RowPlace} from './seed-rows';
import type {SeededModel} from './seeded-model';

/** Where rows go, and what is wrong with them. */
interface Reading {
  readonly collector: RowCollector;
  readonly mistakes: Mistakes;
}

type Read = (cell: CsvCell) => unknown;

/**
 * Reads the rows of CSV with a header, cells by the declared types of their columns.
 * An empty cell is no value. Fails where it is no CSV; cells of other types are noted.
 */
export function readCsv(
  file: string,
  text: string,
  model: SeededModel,
  {collector, mistakes}: Reading,
): void {
  const [header, ...records] = csvRecords(file, text);
  if (header === undefined) return;
  const names = namesOf(file, header);
  for (const record of records) requireCells(file, record, header);
  const readers = names.map((name, i) =>
    readerOf(name, model, () => records.map(record => record[i]!)),
  );
  const lines = records.map(([first]) => first!.line);
  const from = {
    file,
    lineOf: ({key}: {key: number | string}) => lines[key as number],
  };
  for (const [key, record] of records.entries()) {
    const row = {model: model.name, key};
    const values: Record<string, unknown> = {};
    for (const [i, cell] of record.entries()) {
      if (cell.text === '' && !cell.isQuoted) continue;
      const value = isReference(cell) ? cell.text : readers[i]!(cell);
      if (value !== undefined) values[names[i]!] = value;
      else {
        const {type} = model.properties[names[i]!]!;
        mistakes.add(
          new RowPlace(from, row),
          `${names[i]} must be ${wordOf(type)}, and is ${show(cell.text)} (column ${cell.column})`,
        );
      }
    }
    collector.add(model.name, key, values, from);
  }
}

function isReference({text}: CsvCell): boolean {
  return text.startsWith('@');
}

function readerOf(
  name: string,
  {properties}: SeededModel,
  cells: () => CsvCell[],
): Read {
  const type = Object.hasOwn(properties, name)
    ? columnType(properties[name]!.type)
    : undefined;
  if (name === nameKey || type === 'string') return ({text}) => text;
  if (type !== undefined) {
    const read = declaredReader(type);
    return ({text}) => read(text);
  }
  const given = cells().filter(
    cell => (cell.isQuoted || cell.text !== '') && !isReference(cell),
  );
  const read = guessedReader(given, false);
  return ({text}) => read(text);
}

type CellType = Parameters<typeof declaredReader>[0];

/** How the cells of a property are read; undefined where they tell it themselves. */
function columnType(type: unknown): CellType | undefined {
  if (Array.isArray(type) || type === Array) return 'array';
  switch (type) {
    case String:
      return 'string';
    case Number:
      return 'number';
    case Boolean:
      return 'boolean';
    case Date:
      return 'date';
    case Buffer:
      return 'bytes';
    case Object:
      return 'object';
    default:
      return (type as {name?: string} | undefined)?.name === 'GeoPoint'
        ? 'point'
        : undefined;
  }
}

function wordOf(type: unknown): string {
  const word = columnType(type) ?? 'a value';
  return /^[ao]/.test(word) ? `an ${word}` : `a ${word}`;
}
