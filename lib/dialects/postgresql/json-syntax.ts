/*
 * What PostgreSQL says of a text that is no JSON: the detail of its error 22P02.
 */

/** The detail; undefined where the text is JSON. */
export function jsonMistake(text: string): string | undefined {
  const tokens = tokensOf(text);
  const mistake = valueMistake(tokens);
  if (mistake !== undefined) return mistake;
  return tokens.next === undefined
    ? undefined
    : expected('end of input', tokens);
}

/** The tokens of a text, of which the next one can be looked at. */
interface Tokens {
  readonly next: string | undefined;
  take(): string | undefined;
}

const token = /\s*([[\]{},:]|"(?:[^"\\]|\\.)*"|[^\s[\]{},:"]+|")/y;

function tokensOf(text: string): Tokens {
  const all: string[] = [];
  token.lastIndex = 0;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    all.push(match[1]!);
  }
  let at = 0;
  return {
    get next() {
      return all[at];
    },
    take: () => all[at++],
  };
}

function expected(what: string, {next}: Tokens): string {
  if (next === undefined) return 'The input string ended unexpectedly.';
  return isToken(next)
    ? `Expected ${what}, but found "${shown(next)}".`
    : `Token "${next}" is invalid.`;
}

/** A text is shown without what stands around it. */
function shown(next: string): string {
  return next.length > 1 && next.startsWith('"') ? next.slice(1, -1) : next;
}

const scalar =
  /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

function isToken(next: string): boolean {
  return /^[[\]{},:]$|^"[^]*"$/.test(next) || scalar.test(next);
}

function valueMistake(tokens: Tokens): string | undefined {
  const {next} = tokens;
  if (next === '{') return membersMistake(tokens);
  if (next === '[') return elementsMistake(tokens);
  if (next === undefined || !isToken(next) || /^[\]},:]$/.test(next)) {
    return expected('JSON value', tokens);
  }
  tokens.take();
  return undefined;
}

function membersMistake(tokens: Tokens): string | undefined {
  tokens.take();
  let isFirst = true;
  while (isFirst || tokens.next === ',') {
    if (!isFirst) tokens.take();
    else if (tokens.next === '}') break;
    if (!/^"[^]*"$/.test(tokens.next ?? '')) {
      return expected(isFirst ? 'string or "}"' : 'string', tokens);
    }
    isFirst = false;
    tokens.take();
    if (tokens.next !== ':') return expected('":"', tokens);
    tokens.take();
    const mistake = valueMistake(tokens);
    if (mistake !== undefined) return mistake;
  }
  return closed('}', tokens);
}

function elementsMistake(tokens: Tokens): string | undefined {
  tokens.take();
  let isFirst = true;
  while (isFirst || tokens.next === ',') {
    if (!isFirst) tokens.take();
    else if (tokens.next === ']') break;
    isFirst = false;
    const mistake = valueMistake(tokens);
    if (mistake !== undefined) return mistake;
  }
  return closed(']', tokens);
}

function closed(bracket: string, tokens: Tokens): string | undefined {
  if (tokens.next !== bracket) return expected(`"," or "${bracket}"`, tokens);
  tokens.take();
  return undefined;
}
