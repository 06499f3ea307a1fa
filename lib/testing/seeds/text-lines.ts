import {byte, JsonScanner} from '../../persistence/data-file/json-scanner';
import {lineAndColumn} from '../../persistence/disk/text-place';
import type {RowKey} from './seed-rows';

/** Fails with what is wrong, and at which line. */
export class NoJson extends Error {
  constructor(
    problem: string,
    readonly line: number,
  ) {
    super(problem);
  }
}

function refuseIn(bytes: Buffer) {
  return (offset: number, problem: string): never => {
    throw new NoJson(problem, lineAndColumn(bytes, offset).line);
  };
}

const markLength = 3;

/** Behind the byte order mark, if there is one. */
function startOf(bytes: Buffer): number {
  return bytes.toString('latin1', 0, markLength) === '\xef\xbb\xbf'
    ? markLength
    : 0;
}

/** JSON as a value. Fails with {@link NoJson}. */
export function parsedJson(bytes: Buffer): unknown {
  const start = startOf(bytes);
  try {
    return JSON.parse(bytes.toString('utf8', start)) as unknown;
  } catch (error) {
    const scanner = new JsonScanner(bytes, refuseIn(bytes), start);
    scanner.skipValue();
    scanner.end();
    throw error;
  }
}

/**
 * The line on which a row begins in JSON that was parsed: in its list or under its
 * name, at the top or, where `isWithin`, under its model.
 */
export function jsonLine(
  bytes: Buffer,
  {key, model}: RowKey,
  isWithin: boolean,
): number | undefined {
  const scanner = new JsonScanner(bytes, refuseIn(bytes), startOf(bytes));
  let found: number | undefined;
  const look = (): void => {
    found =
      typeof key === 'number' ? element(scanner, key) : member(scanner, key);
  };
  if (isWithin) {
    forMember(scanner, model, look);
  } else look();
  return found === undefined ? undefined : lineAndColumn(bytes, found).line;
}

/** Calls back with the scanner at the value of a member. */
function forMember(
  scanner: JsonScanner,
  wanted: string,
  visit: (start: number) => void,
): void {
  if (scanner.peek() !== byte.openBrace) return;
  scanner.members((from, to) => {
    const name = JSON.parse(scanner.bytes.toString('utf8', from, to)) as string;
    const {at} = scanner;
    if (name === wanted) visit(from);
    scanner.at = at;
    scanner.skipValue();
  });
}

function member(scanner: JsonScanner, wanted: string): number | undefined {
  let found: number | undefined;
  forMember(scanner, wanted, start => {
    found = start;
  });
  return found;
}

/** Where an element of a list begins. */
function element(scanner: JsonScanner, index: number): number | undefined {
  if (scanner.peek() !== byte.openBracket) return undefined;
  scanner.at++;
  for (let i = 0; i < index; i++) {
    scanner.skipValue();
    if (scanner.peek() !== byte.comma) return undefined;
    scanner.at++;
  }
  scanner.peek();
  return scanner.at;
}
