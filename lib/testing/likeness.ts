import {isObject, isRecord} from '../base/objects';
import type {Answer, Told} from './answer';

/* How far two answers are alike, which tells by what they can differ. */

/**
 * A value without what only the way of reading it makes: properties without a
 * value, their order, numbers that are told as texts.
 */
export function plainOf(told: Told): Told {
  if (typeof told === 'string') {
    return /^[-+]?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(told) ? Number(told) : told;
  }
  if (Array.isArray(told)) return told.map(plainOf);
  if (!isObject(told)) return told;
  const properties = told as Readonly<Record<string, Told>>;
  const {'@': mark} = properties;
  if (mark === '-0') return 0;
  if (mark === 'Infinity' || mark === '-Infinity') return mark;
  const {data, type} = properties;
  if (type === 'Buffer' && Array.isArray(data)) {
    // What JSON makes of bytes.
    return {'@': `bytes ${Buffer.from(data as number[]).toString('hex')}`};
  }
  const names = Object.keys(properties).sort();
  return Object.fromEntries(
    names
      .filter(name => !isNothing(properties[name]!))
      .map(name => [name, plainOf(properties[name]!)]),
  );
}

function isNothing(told: Told): boolean {
  if (told === null) return true;
  const {'@': mark} = isRecord(told) ? (told as Row) : {};
  return mark === 'undefined' || mark === 'NaN';
}

type Row = Readonly<Record<string, Told>>;

/** Whether two answers are the same but for how their values are read. */
export function areReadAlike(a: Answer, b: Answer): boolean {
  return (
    'value' in a &&
    'value' in b &&
    textOf(plainOf(a.value)) === textOf(plainOf(b.value))
  );
}

/** Whether two answers differ in nothing but properties without a value. */
export function lackAlike(a: Answer, b: Answer): boolean {
  if (!('value' in a && 'value' in b)) return false;
  return textOf(stripped(a.value)) === textOf(stripped(b.value));
}

function stripped(told: Told): Told {
  if (Array.isArray(told)) return told.map(stripped);
  if (!isObject(told)) return told;
  const entries = Object.entries(told as Row);
  return Object.fromEntries(
    entries
      .filter(([, value]) => !isNothing(value))
      .map(([name, value]) => [name, stripped(value)]),
  );
}

/**
 * Whether two answers are the same but for values that a column has rounded, cut
 * or filled up.
 */
export function areNear(a: Answer, b: Answer): boolean {
  return (
    'value' in a && 'value' in b && nearly(plainOf(a.value), plainOf(b.value))
  );
}

const dayMs = 86_400_000;

function nearly(a: Told, b: Told): boolean {
  if (typeof a === 'number' && typeof b === 'number') {
    return Math.abs(a - b) <= Math.max(0.5, Math.abs(a) * 1e-6);
  }
  if (typeof a === 'string' || typeof b === 'string') {
    // Numbers and truth values in a column of texts, blanks behind, bytes.
    return wordOf(a) === wordOf(b) || isSpread(a, b);
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((each, i) => nearly(each, b[i]));
  }
  return isRecord(a) && isRecord(b) ? areNearObjects(a, b) : Object.is(a, b);
}

function areNearObjects(a: Row, b: Row): boolean {
  const [first, second] = [dateIn(a), dateIn(b)];
  if (first !== undefined && second !== undefined) {
    return Math.abs(first - second) < dayMs;
  }
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every(name => {
    const [one, other] = [a[name], b[name]];
    return one === undefined || other === undefined
      ? isEndless(one ?? other!)
      : nearly(one, other);
  });
}

/** A column of texts has no number for it. */
function isEndless(told: Told): boolean {
  return told === 'Infinity' || told === '-Infinity';
}

/** Of a text in the place of an object LoopBack makes one of its letters. */
function isSpread(text: Told, letters: Told): boolean {
  if (typeof text !== 'string') return false;
  return textOf(Object.fromEntries(Object.entries(text))) === textOf(letters);
}

function wordOf(told: Told): string {
  const time = isRecord(told) ? dateIn(told) : undefined;
  if (time !== undefined) return new Date(time).toISOString().toLowerCase();
  const text = typeof told === 'string' ? told : textOf(told);
  return text.trim().toLowerCase();
}

function dateIn({'@': mark}: Row): number | undefined {
  return typeof mark === 'string' && mark.startsWith('date ')
    ? Date.parse(mark.slice(5))
    : undefined;
}

/** Whether two answers are near but for a property of their rows. */
export function areNearBut(property: string, a: Answer, b: Answer): boolean {
  if (!('value' in a && 'value' in b)) return false;
  const [first, second] = [a, b].map(({value}) =>
    withoutProperty(plainOf(value), property),
  );
  return nearly(first!, second!);
}

function withoutProperty(told: Told, property: string): Told {
  if (Array.isArray(told)) {
    return told.map(each => withoutProperty(each, property));
  }
  if (!isObject(told)) return told;
  const {[property]: _, ...rest} = told as Row;
  return rest;
}

/** Whether a row is answered that has all properties of another one but for the id. */
export function isPartOf(part: Answer, whole: Answer): boolean {
  if (!('value' in part && 'value' in whole)) return false;
  // findOrCreate answers with a row, and whether it was created.
  const [few, all] = [part, whole].map(({value}) =>
    withoutProperty(
      plainOf(Array.isArray(value) && value.length === 2 ? value[0]! : value),
      'id',
    ),
  );
  return (
    isRecord(few) &&
    isRecord(all) &&
    textOf({...(all as Row), ...(few as Row)}) === textOf(all)
  );
}

/** The rows of an answer, each as a text; undefined where it has none. */
export function rowTextsOf(answer: Answer): string[] | undefined {
  if (!('value' in answer)) return undefined;
  const value = plainOf(answer.value);
  if (Array.isArray(value)) return value.map(textOf);
  return isRecord(value) ? [textOf(value)] : undefined;
}

/** Whether two answers have the same rows, in whatever order. */
export function haveSameRows(a: Answer, b: Answer): boolean {
  const [first, second] = [rowTextsOf(a), rowTextsOf(b)];
  return (
    first !== undefined &&
    second !== undefined &&
    textOf(first.sort()) === textOf(second.sort())
  );
}

/** Whether an answer has all rows of another one, or counts as many at least. */
export function hasAllOf(a: Answer, b: Answer): boolean {
  const [counted, other] = [countOf(a), countOf(b)];
  if (counted !== undefined && other !== undefined) return counted >= other;
  const [rows, others] = [rowTextsOf(a), rowTextsOf(b)];
  return (
    rows !== undefined &&
    others !== undefined &&
    others.every(each => rows.includes(each))
  );
}

/** How many rows an answer says that it has counted or changed. */
export function countOf(answer: Answer): number | undefined {
  if (!('value' in answer)) return undefined;
  const {value} = answer;
  const count = isRecord(value) ? (value as Row)['count'] : value;
  return typeof count === 'number' ? count : undefined;
}

export function textOf(told: unknown): string {
  return JSON.stringify(told) ?? '';
}
