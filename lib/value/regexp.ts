import type {RE2JS} from 're2js';
import {InMemoryError} from '../base/errors';
import {toRE2, UnusableExpression} from './regexp-syntax';
import type {TextPattern} from './text-pattern';

/** A program of more instructions would be slow on a long text: refused. */
const maxProgramSize = 2_000;
const maxSourceLength = 1_000;

/** A regular expression, its flags apart. */
export interface Expression {
  readonly source: string;
  readonly flags: string;
}

/**
 * Compiles a regular expression that is found anywhere in a text. It runs on
 * an automaton (RE2), never by backtracking, so no pattern can stall the
 * process. Takes a RegExp or a text as {@link readExpression} does, and the flags
 * i, m and s; others have no effect, for all are read as with the flag u.
 *
 * Fails with INVALID_FILTER on what is not an expression, on what an automaton
 * cannot do (look-around, back-references) and on oversized patterns.
 */
export function compileRegExp(
  pattern: string | RegExp,
  extraFlags = '',
): TextPattern {
  const {source, flags} =
    typeof pattern === 'string' ? readExpression(pattern) : pattern;
  const shown = String(pattern);
  if (source.length > maxSourceLength) {
    throw refusedExpression(
      shown,
      `it is longer than ${maxSourceLength} characters`,
    );
  }
  const compiled = compile(source, flags + extraFlags, shown);
  if (compiled.programSize() > maxProgramSize) {
    throw refusedExpression(shown, 'it would be too slow to match');
  }
  return {source: shown, test: text => compiled.test(text)};
}

/**
 * An expression that is written as a text: `/source/flags`, where all letters
 * behind the last slash are flags, `(?ims)source`, or the bare source.
 */
export function readExpression(text: string): Expression {
  const delimited = /^\/([^]*)\/([dgimsuvy]*)$/.exec(text);
  const [, source = text, flags = ''] = delimited ?? [];
  const prefixed = /^\(\?([ims]+)\)([^]*)$/.exec(source);
  return prefixed
    ? {source: prefixed[2]!, flags: flags + prefixed[1]!}
    : {source, flags};
}

/** The engine; loaded when first needed, a start takes 12 ms less without it. */
function loadEngine(): typeof RE2JS {
  return (require('re2js') as typeof import('re2js')).RE2JS;
}

function compile(source: string, flags: string, shown: string): RE2JS {
  const engine = loadEngine();
  const options = flags.includes('i') ? engine.CASE_INSENSITIVE : 0;
  try {
    return engine.compile(toRE2(source, flags), options);
  } catch (error) {
    throw refusedExpression(shown, reasonOf(error as Error));
  }
}

/** The engine's messages, which show its own notation, in plain words. */
const reasons: readonly (readonly [message: string, reason: string])[] = [
  ['missing argument to repetition', 'there is nothing for it to repeat'],
  ['invalid nested repetition', 'it repeats a repetition'],
  ['invalid repeat count', 'it repeats more than 1000 times, or backwards'],
  ['invalid character class range', 'it names a class that there is not'],
];

function reasonOf(error: Error): string {
  if (error instanceof UnusableExpression) return error.message;
  const known = reasons.find(([message]) => error.message.includes(message));
  return known?.[1] ?? 'it is too large or no regular expression';
}

/** The error for an expression that cannot be; `reason` follows "because". */
export function refusedExpression(
  shown: string,
  reason: string,
): InMemoryError {
  const pattern = shown.length > 80 ? `${shown.slice(0, 80)}...` : shown;
  return new InMemoryError(
    'INVALID_FILTER',
    `The regular expression ${pattern} cannot be used: ${reason}.`,
    {value: shown},
  );
}
