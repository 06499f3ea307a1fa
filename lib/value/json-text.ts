import {isSameNumber} from './decimal';

/** Texts, each with the colon that makes it a name, and numbers. */
const tokens = /"(?:[^"\\]|\\.)*"(\s*:)?|-?\d[\d.eE+-]*/g;

/**
 * Whether what is read from a text that is JSON says all that the text says.
 * Reading loses digits of numbers that have too many, and of members with the same
 * name all but the last.
 */
export function isReadWhole(text: string): boolean {
  const json = readOnce(text);
  if (json === text) return true;
  let names = 0;
  for (const [token, colon] of text.matchAll(tokens)) {
    if (colon !== undefined) names++;
    const isNumber = !token.startsWith('"');
    if (isNumber && !isSameNumber(token, Number(token))) return false;
  }
  // A text that is JSON again is read on.
  if (typeof json === 'string') return isReadWhole(json);
  return names === namesIn(json);
}

function readOnce(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function namesIn(json: unknown): number {
  if (typeof json !== 'object' || json === null) return 0;
  const values: unknown[] = Object.values(json);
  const own = Array.isArray(json) ? 0 : values.length;
  return values.reduce<number>((sum, value) => sum + namesIn(value), own);
}
