import type {RE2JS} from 're2js';
import {InMemoryError} from '../base/errors';
import type {TextPattern} from './text-pattern';

/** A program of more instructions would be slow on a long text: refused. */
const maxProgramSize = 2_000;
const maxSourceLength = 1_000;

/**
 * Compiles a regular expression that is found anywhere in a text. It runs on
 * an automaton (RE2), never by backtracking, so no pattern can stall the
 * process. Takes a RegExp, `/source/flags` or a bare source, and the flags i,
 * m and s; g and y have no effect.
 *
 * Fails with INVALID_FILTER on what is not an expression, on what an automaton
 * cannot do (look-around, back-references) and on oversized patterns.
 */
export function compileRegExp(
  pattern: string | RegExp,
  extraFlags = '',
): TextPattern {
  const {source, flags} = takeApart(pattern);
  const shown = String(pattern);
  if (source.length > maxSourceLength) {
    throw refused(shown, `it is longer than ${maxSourceLength} characters`);
  }
  const compiled = compile(source, flags + extraFlags, shown);
  if (compiled.programSize() > maxProgramSize) {
    throw refused(shown, 'it would be too slow to match');
  }
  return {source: shown, test: text => compiled.test(text)};
}

function takeApart(pattern: string | RegExp): {source: string; flags: string} {
  if (pattern instanceof RegExp) {
    return {source: pattern.source, flags: pattern.flags};
  }
  const delimited = /^\/([^]*)\/([dgimsuvy]*)$/.exec(pattern);
  return delimited
    ? {source: delimited[1]!, flags: delimited[2]!}
    : {source: pattern, flags: ''};
}

/** The engine; loaded when first needed, a start takes 12 ms less without it. */
function loadEngine(): typeof RE2JS {
  return (require('re2js') as typeof import('re2js')).RE2JS;
}

function compile(source: string, flags: string, shown: string): RE2JS {
  const engine = loadEngine();
  const options =
    (flags.includes('i') ? engine.CASE_INSENSITIVE : 0) |
    (flags.includes('m') ? engine.MULTILINE : 0) |
    (flags.includes('s') ? engine.DOTALL : 0);
  // RE2 would take \k for the letter.
  if (/(?:^|[^\\])(?:\\\\)*\\k/.test(source)) {
    throw refused(shown, 'it has a back-reference');
  }
  try {
    return engine.compile(engine.translateRegExp(source), options);
  } catch (error) {
    throw refused(shown, (error as Error).message);
  }
}

function refused(shown: string, reason: string): InMemoryError {
  const pattern = shown.length > 80 ? `${shown.slice(0, 80)}...` : shown;
  return new InMemoryError(
    'INVALID_FILTER',
    `The regular expression ${pattern} cannot be used: ${reason}.`,
    {value: shown},
  );
}
