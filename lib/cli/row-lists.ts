import {nearest} from '../base/nearest';
import {isRecord} from '../base/objects';
import {show} from '../base/errors';
import type {InputRow} from '../database/load-rows';
import {byte, JsonScanner} from '../persistence/data-file/json-scanner';

/** How rows are to be understood that do not say of which model they are. */
export interface PlainRows {
  readonly model: string | undefined;
  readonly key: readonly string[] | undefined;
}

/** A member of an object: its name, and where its value is. */
export interface MemberPlace {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The members of the one object that bytes are; undefined when they are anything
 * else. O(bytes), without decoding the values.
 */
export function membersOf(bytes: Buffer): MemberPlace[] | undefined {
  const members: MemberPlace[] = [];
  const scanner = new JsonScanner(bytes, stopReading, markBytes(bytes));
  try {
    scanner.members((from, to) => {
      const name = JSON.parse(bytes.toString('utf8', from, to)) as string;
      const start = scanner.at;
      scanner.skipValue();
      members.push({name, start, end: scanner.at});
    });
    scanner.end();
    return members;
  } catch {
    return undefined;
  }
}

/** How many bytes a byte order mark takes at the start. */
function markBytes(bytes: Buffer): number {
  return bytes.subarray(0, 3).equals(byteOrderMark) ? 3 : 0;
}

const byteOrderMark = Buffer.from('\ufeff');

function stopReading(_offset: number, problem: string): never {
  throw new Error(problem);
}

/** Whether a value on one line is lists of rows, and not one row. */
export function isRowLists(json: unknown): boolean {
  if (!isRecord(json)) return false;
  const rows = Object.entries(json).filter(([name]) => name !== schemaName);
  return (
    rows.some(([, value]) => Array.isArray(value)) &&
    rows.every(([, value]) =>
      Array.isArray(value) ? value.every(isRecord) : isRecord(value),
    )
  );
}

/** What editors look for in an object, and no row. */
const schemaName = '$schema';

/**
 * The rows of an object that has a list of rows for each model, as json-server
 * keeps them: `{"City": [{"id": 1}, {"id": 2}]}`. An object in the place of a
 * list is one row. Of all the lists, or of `plain.model` only. Fails, and says
 * where, on what is no row: nothing is passed over.
 */
export function rowsOfLists(
  input: string,
  bytes: Buffer,
  members: readonly MemberPlace[],
  plain: PlainRows,
): InputRow[] {
  refuseRepeated(input, members);
  const lists = chosen(input, members, plain.model);
  return lists.flatMap(member => rowsOf(input, bytes, member, plain));
}

function refuseRepeated(input: string, members: readonly MemberPlace[]): void {
  const seen = new Set<string>();
  for (const {name} of members) {
    if (seen.has(name)) throw new Error(`${input}: "${name}" is there twice.`);
    seen.add(name);
  }
}

function chosen(
  input: string,
  members: readonly MemberPlace[],
  model: string | undefined,
): readonly MemberPlace[] {
  if (model === undefined) {
    return members.filter(({name}) => name !== schemaName);
  }
  const found = members.filter(({name}) => name === model);
  if (found.length > 0) return found;
  const names = members.map(({name}) => name);
  const guess = nearest(model, names);
  const meant = guess === undefined ? '' : ` Did you mean ${guess}?`;
  throw new Error(
    `${input} is an object with lists of rows, of which none is of ` +
      `"${model}": it has ${names.join(', ')}.${meant} If all of it is one ` +
      'row, put it into an array.',
  );
}

function rowsOf(
  input: string,
  bytes: Buffer,
  {name: model, start, end}: MemberPlace,
  {key}: PlainRows,
): InputRow[] {
  const row = (value: unknown, place: string): InputRow => {
    if (isRecord(value)) return {model, id: undefined, row: value, key, place};
    throw new Error(`${place}: this is no object, but ${show(value)}.`);
  };
  const json: unknown = JSON.parse(bytes.toString('utf8', start, end));
  if (bytes[start] === byte.openBracket) {
    return (json as unknown[]).map((element, i) =>
      row(element, `${input}, element ${i + 1} of ${model}`),
    );
  }
  if (isRecord(json)) return [row(json, `${input}, ${model}`)];
  throw new Error(
    `${input}: "${model}" is no list of rows, but ${show(json)}. Rows that are ` +
      'all of one model go into an array, with --model.',
  );
}
