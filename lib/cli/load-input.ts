import {isRecord} from '../base/objects';
import type {InputRow} from '../database/load-rows';
import {parseDataFile} from '../persistence/data-file/reader';
import {identifiedRows} from '../persistence/salvage/identified-rows';
import {RecoveredTable} from '../persistence/recovered-table';
import {isDumpRecord, rowOfDump} from './dump-record';

/** How rows are to be understood that do not say of which model they are. */
export interface PlainRows {
  readonly model: string | undefined;
  readonly key: readonly string[] | undefined;
}

/**
 * The rows in an input, whichever of the forms it has: NDJSON, a JSON array, or
 * a data file. `name` is the input in errors. Of inputs that name their models
 * only the rows of `plain.model` are taken, if it is given. `at` is called for
 * each line of NDJSON.
 */
export function readInput(
  name: string,
  bytes: Buffer,
  plain: PlainRows,
  at: (doneBytes: number) => void = () => undefined,
): InputRow[] {
  const start = firstCharacter(bytes);
  const rows =
    start === undefined
      ? []
      : start === '['
        ? arrayRows(name, bytes, plain)
        : isDataFile(bytes)
          ? dataFileRows(name, bytes)
          : lineRows(name, bytes, plain, at);
  const {model} = plain;
  return model === undefined ? rows : rows.filter(row => row.model === model);
}

function firstCharacter(bytes: Buffer): string | undefined {
  return /\S/.exec(withoutMark(bytes.toString('utf8', 0, 1024)))?.[0];
}

function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** A data file is one object; in NDJSON the first line is one by itself. */
function isDataFile(bytes: Buffer): boolean {
  const [first] = linesOf(bytes);
  const text = first?.text ?? '';
  try {
    const json: unknown = JSON.parse(text);
    if (!isRecord(json) || isDumpRecord(json)) return false;
    return isRecord(json.models) && isRecord(json.ids ?? {});
  } catch {
    return text === '{' || /"(?:ids|models)"\s*:\s*\{/.test(text);
  }
}

function dataFileRows(name: string, bytes: Buffer): InputRow[] {
  const input: InputRow[] = [];
  for (const [model, table] of parseDataFile(name, bytes).tables) {
    const {key, rows} = identifiedRows(new RecoveredTable(model, table));
    for (const [id, row] of rows) {
      const place = `${name}, row ${String(id)} of ${model}`;
      input.push({model, id, row, key, place});
    }
  }
  return input;
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
