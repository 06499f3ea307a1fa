/**
 * Whether a text matches a whole `like` pattern: `%` is any run, `_` one
 * character, and `\` takes the next character literally.
 */
export function isLike(text: string, pattern: string): boolean {
  if (pattern === '') return text === '';
  const [first, rest] = [pattern[0], pattern.slice(1)];
  if (first === '%') {
    return (
      isLike(text, rest) || (text !== '' && isLike(text.slice(1), pattern))
    );
  }
  if (text === '') return false;
  if (first === '_') return isLike(text.slice(1), rest);
  if (first === '\\' && rest !== '') {
    return text[0] === rest[0] && isLike(text.slice(1), rest.slice(1));
  }
  return text[0] === first && isLike(text.slice(1), rest);
}

/** The expression of a `regexp` operand: a RegExp, 'x', '/x/i' or '(?i)x'. */
export function toExpression(operand: string | RegExp): RegExp {
  if (operand instanceof RegExp) {
    return new RegExp(operand.source, withoutPosition(operand.flags));
  }
  const slashed = /^\/(.*)\/([a-z]*)$/s.exec(operand);
  if (slashed) return new RegExp(slashed[1]!, withoutPosition(slashed[2]!));
  const prefixed = /^\(\?([a-z]+)\)(.*)$/s.exec(operand);
  if (prefixed) return new RegExp(prefixed[2]!, withoutPosition(prefixed[1]!));
  return new RegExp(operand);
}

/** Flags without `g` and `y`, which would make a RegExp remember a place. */
function withoutPosition(flags: string): string {
  return flags.replace(/[gy]/g, '');
}
