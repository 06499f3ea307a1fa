/** What an escape stands for: one code point, or a set in RE2's notation. */
export interface Piece {
  readonly code?: number;
  readonly set?: string;
}

/** What an escape's meaning depends on. */
interface Surroundings {
  readonly isInClass: boolean;
  /** The number of groups that could be referred to. */
  readonly groups: number;
  readonly hasNames: boolean;
}

type Escape =
  {readonly length: number; readonly piece: Piece} | {readonly refused: string};

const spaces =
  '\\x{9}-\\x{D}\\x{20}\\x{A0}\\x{1680}\\x{2000}-\\x{200A}' +
  '\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}\\x{FEFF}';
/** All others, for a class cannot be in a class. */
const nonSpaces =
  '\\x{0}-\\x{8}\\x{E}-\\x{1F}\\x{21}-\\x{9F}\\x{A1}-\\x{167F}' +
  '\\x{1681}-\\x{1FFF}\\x{200B}-\\x{2027}\\x{202A}-\\x{202E}' +
  '\\x{2030}-\\x{205E}\\x{2060}-\\x{2FFF}\\x{3001}-\\x{FEFE}\\x{FF00}-\\x{10FFFF}';

const controls: Readonly<Record<string, number>> = {
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
};

/**
 * What the escape in a JavaScript expression at `position`, where its backslash
 * is, stands for, and its length; or why there is none.
 */
export function escapeAt(
  source: string,
  position: number,
  surroundings: Surroundings,
): Escape {
  const char = source[position + 1];
  if (char === undefined) return {refused: 'it ends with a backslash'};
  return special(source, position, surroundings) ?? letter(source, position);
}

/** What is not one code point everywhere; undefined where it is one. */
function special(
  source: string,
  position: number,
  surroundings: Surroundings,
): Escape | undefined {
  const char = source[position + 1]!;
  const {isInClass, hasNames} = surroundings;
  if (/\d/.test(char)) return digits(source, position, surroundings);
  if (/[dDwW]/.test(char)) return setOf(`\\${char}`);
  if (/[sS]/.test(char)) {
    const set = char === 's' ? spaces : nonSpaces;
    return setOf(isInClass ? set : `[${set}]`);
  }
  if (/[pP]/.test(char)) return unicodeProperty(source, position);
  if (isInClass) return char === 'b' ? codePoint(2, 8) : undefined;
  return outsideOfClass(char, hasNames);
}

function outsideOfClass(char: string, hasNames: boolean): Escape | undefined {
  if (/[bB]/.test(char)) return setOf(`\\${char}`);
  return char === 'k' && hasNames ? backReference : undefined;
}

function setOf(set: string): Escape {
  return {length: 2, piece: {set}};
}

const backReference = {refused: 'it refers back to a group'} as const;

function codePoint(length: number, code: number): Escape {
  return {length, piece: {code}};
}

/** The number of a group, or, as in ancient scripts, of a character. */
function digits(
  source: string,
  position: number,
  {groups, isInClass}: Surroundings,
): Escape {
  const [number] = /^\d+/.exec(source.slice(position + 1))!;
  const isReference = !number.startsWith('0') && Number(number) <= groups;
  if (isReference && !isInClass) return backReference;
  const octal = /^(?:[0-3][0-7]{0,2}|[4-7][0-7]?)/.exec(number);
  return octal === null
    ? codePoint(2, number.charCodeAt(0))
    : codePoint(1 + octal[0].length, Number.parseInt(octal[0], 8));
}

function letter(source: string, position: number): Escape {
  const rest = source.slice(position + 1, position + 13);
  const [char] = rest;
  if (Object.hasOwn(controls, char!)) return codePoint(2, controls[char!]!);
  const control = /^c([A-Za-z])/.exec(rest);
  if (control) return codePoint(3, control[1]!.charCodeAt(0) % 32);
  // The backslash is a character then.
  if (char === 'c') return codePoint(1, 0x5c);
  const pair = /^u(d[89ab][\da-f]{2})\\u(d[c-f][\da-f]{2})/i.exec(rest);
  if (pair) {
    const units = [pair[1]!, pair[2]!].map(unit => Number.parseInt(unit, 16));
    return codePoint(12, String.fromCharCode(...units).codePointAt(0)!);
  }
  const code = /^(?:x([\da-f]{2})|u([\da-f]{4})|u\{([\da-f]{1,6})\})/i.exec(
    rest,
  );
  if (code) {
    const number = Number.parseInt(code[1] ?? code[2] ?? code[3]!, 16);
    if (number > 0x10ffff) return {refused: `there is no character \\${rest}`};
    return codePoint(1 + code[0].length, number);
  }
  const own = source.codePointAt(position + 1)!;
  return codePoint(own > 0xffff ? 3 : 2, own);
}

/** Names that RE2 has in their short form only. */
const longNames: Readonly<Record<string, string>> = {
  Letter: 'L',
  Uppercase_Letter: 'Lu',
  Lowercase_Letter: 'Ll',
  Mark: 'M',
  Number: 'N',
  Decimal_Number: 'Nd',
  Punctuation: 'P',
  Symbol: 'S',
  Separator: 'Z',
};

function unicodeProperty(source: string, position: number): Escape {
  const written = /^([pP])\{(?:(\w+)=)?(\w+)\}/.exec(
    source.slice(position + 1),
  );
  if (written === null) {
    return codePoint(2, source.charCodeAt(position + 1));
  }
  const [whole, sign, key, value] = written as unknown as string[];
  const isKnownKey =
    key === undefined || /^(?:sc|Script|gc|General_Category)$/.test(key);
  if (!isKnownKey) return {refused: `there is no class \\${whole}`};
  const name = Object.hasOwn(longNames, value!) ? longNames[value!] : value;
  return {length: 1 + whole!.length, piece: {set: `\\${sign}{${name}}`}};
}

/** A number as hexadecimal digits. */
export function hex(code: number): string {
  return code.toString(16).toUpperCase();
}
