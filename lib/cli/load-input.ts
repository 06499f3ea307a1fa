import {InMemoryError} from '../base/errors';
import {isRecord} from '../base/objects';
import type {InputRow} from '../database/load-rows';
import {byte} from '../persistence/data-file/json-scanner';
import {type DataFile, parseDataFile} from '../persistence/data-file/reader';
import {damageAdvice, damageOf} from '../persistence/disk/damage';
import {identifiedRows} from '../persistence/salvage/identified-rows';
import {RecoveredTable} from '../persistence/recovered-table';
import {isDumpRecord, rowOfDump} from './dump-record';
import {
  isRowLists,
  type MemberPlace,
  membersOf,
  type PlainRows,
  rowsOfLists,
} from './row-lists';

/** What standard input is called in errors. */
export const standardInput = 'standard input';

/**
 * The rows in an input, whichever of the forms it has: NDJSON, a JSON array, an
 * object with a list of rows for each model, or a data file. `name` is the input
 * in errors. Of inputs that name their models only the rows of `plain.model` are
 * taken, if it is given. `at` is called for each line of NDJSON.
 */
export function readInput(
  name: string,
  bytes: Buffer,
  plain: PlainRows,
  at: (doneBytes: number) => void = () => undefined,
): InputRow[] {
  const start = firstCharacter(bytes);
  if (start === undefined) return [];
  if (start === '[') return ofModel(arrayRows(name, bytes, plain), plain);
  const form = formOf(bytes);
  if (form.kind === 'lists') {
    return rowsOfLists(name, bytes, form.members, plain);
  }
  const rows =
    form.kind === 'data file'
      ? dataFileRows(name, bytes)
      : lineRows(name, bytes, plain, at);
  return ofModel(rows, plain);
}

function ofModel(rows: InputRow[], {model}: PlainRows): InputRow[] {
  return model === undefined ? rows : rows.filter(row => row.model === model);
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

function dataFileRows(name: string, bytes: Buffer): InputRow[] {
  const input: InputRow[] = [];
  for (const [model, table] of parsedDataFile(name, bytes).tables) {
    const {key, rows} = identifiedRows(new RecoveredTable(model, table));
    for (const [id, row] of rows) {
      const place = `${name}, row ${String(id)} of ${model}`;
      input.push({model, id, row, key, place});
    }
  }
  return input;
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
