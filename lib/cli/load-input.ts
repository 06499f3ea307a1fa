import {InMemoryError} from '../base/errors';
import {nearest} from '../base/nearest';
import {isRecord} from '../base/objects';
import type {InputRow} from '../database/load-rows';
import {byte} from '../persistence/data-file/json-scanner';
import {type DataFile, parseDataFile} from '../persistence/data-file/reader';
import {damageAdvice, damageOf} from '../persistence/disk/damage';
import {firstNonUtf8, lineAndColumn} from '../persistence/disk/text-place';
import {identifiedRows} from '../persistence/salvage/identified-rows';
import {RecoveredTable} from '../persistence/recovered-table';
import {isDumpRecord, rowOfDump} from './dump-record';
import type {TableSchema} from '../schema/schema';
import {
  isRowLists,
  type MemberPlace,
  membersOf,
  type PlainRows,
  rowsOfLists,
} from './row-lists';

/** What is in an input. */
export interface Input {
  readonly rows: InputRow[];
  /** Of tables for which the input keeps some, as a data file does. */
  readonly schemas: readonly TableSchema[];
}

/** What standard input is called in errors. */
export const standardInput = 'standard input';

/**
 * What is in an input, whichever of the forms it has: NDJSON, a JSON array, an
 * object with a list of rows for each model, or a data file. `name` is the input
 * in errors. Of inputs that name their models only the rows of `plain.model` are
 * taken, if it is given; fails where none is of it. `at` is called for each line of
 * NDJSON.
 */
export function readInput(
  name: string,
  bytes: Buffer,
  plain: PlainRows,
  at: (doneBytes: number) => void = () => undefined,
): Input {
  const start = firstCharacter(bytes);
  if (start === undefined) return {rows: [], schemas: []};
  const form = start === '[' ? undefined : formOf(bytes);
  if (form?.kind === 'data file') return dataFileInput(name, bytes, plain);
  requireUtf8(name, bytes);
  if (form?.kind === 'lists') {
    return {
      rows: rowsOfLists(name, bytes, form.members, plain),
      schemas: [],
    };
  }
  const rows =
    form === undefined
      ? arrayRows(name, bytes, plain)
      : lineRows(name, bytes, plain, at);
  return {rows: ofModel(name, rows, plain), schemas: []};
}

/** Fails, and tells line and column, on bytes that decoding would change. */
export function requireUtf8(name: string, bytes: Buffer): void {
  const offset = firstNonUtf8(bytes);
  if (offset === undefined) return;
  const {column, line} = lineAndColumn(bytes, offset);
  const isUtf16 = /^(?:\xff\xfe|\xfe\xff)/.test(bytes.toString('latin1', 0, 2));
  const what = isUtf16
    ? 'this is UTF-16, not UTF-8'
    : `the byte 0x${bytes[offset]!.toString(16)} is no UTF-8`;
  const encoding = isUtf16 ? 'UTF-16' : 'LATIN1';
  throw new Error(
    `${name}, line ${line}, column ${column}: ${what}. Convert it first, for example ` +
      `with iconv -f ${encoding} -t UTF-8. Nothing was loaded.`,
  );
}

function ofModel(
  name: string,
  rows: InputRow[],
  {model}: PlainRows,
): InputRow[] {
  if (model === undefined || rows.length === 0) return rows;
  const chosen = rows.filter(row => row.model === model);
  if (chosen.length > 0) return chosen;
  throw withoutModel(name, model, new Set(rows.map(row => row.model)));
}

function withoutModel(
  name: string,
  model: string,
  models: ReadonlySet<string>,
): Error {
  const guess = nearest(model, models);
  const meant = guess === undefined ? '' : ` Did you mean ${guess}?`;
  return new Error(
    `${name} has no rows of "${model}": it has ${[...models].join(', ') || 'none'}.` +
      `${meant} Nothing was loaded.`,
  );
}

function firstCharacter(bytes: Buffer): string | undefined {
  return /\S/.exec(withoutMark(bytes.toString('utf8', 0, 1024)))?.[0];
}

function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

type Form =
  | {readonly kind: 'data file'}
  | {readonly kind: 'lists'; readonly members: readonly MemberPlace[]}
  | {readonly kind: 'lines'};

/** In NDJSON the first line is an object by itself; others are one object. */
function formOf(bytes: Buffer): Form {
  const [first, second] = linesOf(bytes);
  const text = first?.text ?? '';
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return formOfObject(bytes, text);
  }
  if (!isRecord(json) || isDumpRecord(json)) return {kind: 'lines'};
  if (isRecord(json.models) && isRecord(json.ids ?? {})) {
    return {kind: 'data file'};
  }
  const members =
    second === undefined && isRowLists(json) ? membersOf(bytes) : undefined;
  return members === undefined ? {kind: 'lines'} : {kind: 'lists', members};
}

/** The form of what goes on behind its first line. */
function formOfObject(bytes: Buffer, firstLine: string): Form {
  if (sections.test(firstLine)) return {kind: 'data file'};
  const members = membersOf(bytes);
  if (members === undefined) {
    return {kind: firstLine === '{' ? 'data file' : 'lines'};
  }
  const isDataFile = members.some(
    ({name, start}) =>
      (name === 'ids' || name === 'models') && bytes[start] === byte.openBrace,
  );
  return isDataFile || members.length === 0
    ? {kind: 'data file'}
    : {kind: 'lists', members};
}

/** How a data file begins that has more than a brace on its first line. */
const sections = /"(?:ids|models)"\s*:\s*\{/;

function dataFileInput(
  name: string,
  bytes: Buffer,
  {model: wanted}: PlainRows,
): Input {
  const input: InputRow[] = [];
  const schemas: TableSchema[] = [];
  const {tables} = parsedDataFile(name, bytes);
  if (wanted !== undefined && !tables.has(wanted)) {
    throw withoutModel(name, wanted, new Set(tables.keys()));
  }
  for (const [model, table] of tables) {
    if (wanted !== undefined && model !== wanted) continue;
    if (table.schema !== undefined) schemas.push(table.schema);
    const {key, rows} = identifiedRows(new RecoveredTable(model, table));
    for (const [id, row] of rows) {
      const place = `${name}, row ${String(id)} of ${model}`;
      input.push({model, id, row, key, place});
    }
  }
  return {rows: input, schemas};
}

function parsedDataFile(name: string, bytes: Buffer): DataFile {
  try {
    return parseDataFile(name, bytes);
  } catch (error) {
    const {column, line, problem} = damageOf(error, name);
    const advice = name === standardInput ? '' : ` ${damageAdvice(name)}`;
    throw new InMemoryError(
      'DATA_DAMAGED',
      `${name}, line ${line}, column ${column}: ${problem}. Nothing was ` +
        `loaded.${advice}`,
      {file: name},
      {cause: error},
    );
  }
}

function arrayRows(name: string, bytes: Buffer, plain: PlainRows): InputRow[] {
  const elements = parse(withoutMark(bytes.toString()), name) as unknown[];
  return elements.map((element, i) =>
    inputRow(element, `${name}, element ${i + 1}`, plain),
  );
}

function lineRows(
  name: string,
  bytes: Buffer,
  plain: PlainRows,
  at: (doneBytes: number) => void,
): InputRow[] {
  const rows: InputRow[] = [];
  for (const {text, number, start} of linesOf(bytes)) {
    at(start);
    const place = `${name}, line ${number}`;
    rows.push(inputRow(parse(text, place), place, plain));
  }
  return rows;
}

function inputRow(json: unknown, place: string, plain: PlainRows): InputRow {
  const row = understood(json, place);
  if (row !== undefined) return row;
  const {key, model} = plain;
  if (!isRecord(json)) throw new Error(`${place}: this is no object.`);
  if (model === undefined) {
    throw new Error(
      `${place}: this does not say of which model it is; add --model.`,
    );
  }
  return {model, id: undefined, row: json, key, place};
}

function understood(json: unknown, place: string): InputRow | undefined {
  try {
    return rowOfDump(json, place);
  } catch (error) {
    throw new Error(`${place}: ${(error as Error).message}.`, {cause: error});
  }
}

function parse(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const {message} = error as Error;
    throw new Error(`${place}: this is not JSON: ${message}.`, {cause: error});
  }
}

interface TextLine {
  readonly text: string;
  /** Counted from 1. */
  readonly number: number;
  /** Its first byte in the input. */
  readonly start: number;
}

/** The lines that are not empty; the input may be longer than a text can be. */
function* linesOf(bytes: Buffer): Generator<TextLine> {
  let start = 0;
  for (let number = 1; start < bytes.length; number++) {
    const newline = bytes.indexOf(lineEnd, start);
    const end = newline === -1 ? bytes.length : newline;
    const text = withoutMark(bytes.toString('utf8', start, end)).trim();
    if (text !== '') yield {text, number, start};
    start = end + 1;
  }
}

const lineEnd = 10;
