import type {NativeColumn} from '../../schema/schema';
import {roundedDecimal} from '../decimals';
import {invalidSyntax, pgError} from './errors';
import {jsonbText, type Type, typeNamed} from './types';

type Cast = (stored: unknown) => unknown;

/** Types with the same casts. */
type Kind =
  | 'integer'
  | 'number'
  | 'boolean'
  | 'text'
  | 'date'
  | 'json'
  | 'uuid'
  | 'bytes'
  | 'point'
  | 'array';

/** Of which kind a type is. */
export function kindOf({name, type}: Type): Kind {
  if (name.endsWith('[]')) return 'array';
  if (/^(smallint|integer|bigint)$/.test(name)) return 'integer';
  if (name === 'uuid') return 'uuid';
  switch (type) {
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'date':
      return 'date';
    case 'json':
      return 'json';
    case 'bytes':
      return 'bytes';
    case 'point':
      return 'point';
    default:
      return 'text';
  }
}

/**
 * `column::type` of values that are stored. Fails with 42846 where there is no
 * such cast, and with 42804 where the default of the column has none by itself;
 * values fail as the type they are cast to says.
 */
export function castOf(from: NativeColumn, to: NativeColumn): Cast {
  const source = typeNamed(from.type);
  const target = typeNamed(to.type);
  const cast = castOfKinds(source, target);
  if (cast === undefined) {
    throw pgError('42846', `cannot cast type ${source.name} to ${target.name}`);
  }
  const isText = kindOf(source) === 'text' && kindOf(target) !== 'text';
  const isOther = [kindOf(source), kindOf(target)].includes('boolean');
  if (
    from.default !== undefined &&
    !/^null$/i.test(from.default) &&
    kindOf(source) !== kindOf(target) &&
    (isText || (isOther && kindOf(target) !== 'text'))
  ) {
    throw pgError(
      '42804',
      `default for column "${from.name}" cannot be cast automatically to ` +
        `type ${target.name}`,
    );
  }
  return cast;
}

function castOfKinds(source: Type, target: Type): Cast | undefined {
  const from = kindOf(source);
  const to = kindOf(target);
  if (to === 'text') {
    return stored => shortened(textOf(stored, source), target);
  }
  if (from === 'text') return stored => read(stored as string, target);
  if (from === to) return sameKind(from, source, target);
  if (
    source.name === 'jsonb' &&
    ['integer', 'number', 'boolean'].includes(to)
  ) {
    return stored => fromJson(stored, target);
  }
  switch (`${from} ${to}`) {
    case 'integer number':
      return stored => target.write(String(stored));
    case 'number integer':
      return stored => toInteger(stored, source, target);
    case 'integer boolean':
      return source.name === 'integer'
        ? stored => Number(stored) !== 0
        : undefined;
    case 'boolean integer':
      return target.name === 'integer' ? stored => (stored ? 1 : 0) : undefined;
    default:
      return undefined;
  }
}

function sameKind(kind: Kind, source: Type, target: Type): Cast {
  switch (kind) {
    case 'integer':
      return stored => inRange(String(stored), target);
    case 'number':
      return stored => target.write(textOf(stored, source));
    case 'json':
      return stored => target.write(jsonbText(stored));
    default:
      return stored => target.write(stored);
  }
}

/** What is of the right type in jsonb is cast, all else refused with 22023. */
function fromJson(stored: unknown, target: Type): unknown {
  const isWanted = typeof stored === target.type;
  if (isWanted && kindOf(target) === 'integer') {
    return inRange(roundedDecimal(String(stored), 0), target);
  }
  if (isWanted) return target.write(stored);
  const type = Array.isArray(stored) ? 'array' : typeof stored;
  const name = type === 'number' ? 'numeric' : type;
  throw pgError('22023', `cannot cast jsonb ${name} to type ${target.name}`);
}

/** Texts as the database writes them; booleans in whole words. */
function textOf(stored: unknown, {name, text}: Type): string {
  if (name === 'boolean') return String(stored);
  if (name === 'character') return String(stored).replace(/ +$/, '');
  return text === undefined ? String(stored) : text(stored);
}

/** A cast cuts what is too long, where storing it would fail. */
function shortened(text: string, target: Type): unknown {
  let letters = Array.from(text);
  for (;;) {
    try {
      return target.write(letters.join(''));
    } catch (error) {
      const {code, message} = error as {code?: string; message: string};
      const size = /\((\d+)\)$/.exec(message)?.[1];
      if (code !== '22001' || size === undefined) throw error;
      letters = letters.slice(0, Number(size));
    }
  }
}

function read(text: string, target: Type): unknown {
  switch (kindOf(target)) {
    case 'date':
      if (!isDate(text)) {
        const name = target.name.replace(' without time zone', '');
        throw invalidSyntax(name, text, '22007');
      }
      return target.write(text);
    case 'point':
      return pointOf(text);
    default:
      return target.write(text);
  }
}

/** JavaScript takes single numbers for dates, too. */
function isDate(text: string): boolean {
  const hasDay = /\d+[-/. ]\d+[-/. ]\d+|[a-z]{3}/i.test(text);
  return hasDay && !Number.isNaN(Date.parse(text));
}

/** `(lng,lat)`, with or without the parentheses. */
function pointOf(text: string): unknown {
  const number = '\\s*([+-]?[\\d.]+(?:e[+-]?\\d+)?)\\s*';
  const point = new RegExp(`^\\s*\\(?${number},${number}\\)?\\s*$`, 'i');
  const match = point.exec(text);
  if (match === null) throw invalidSyntax('point', text);
  return {lat: Number(match[2]), lng: Number(match[1])};
}

/** Floats are rounded to even, numerics away from zero. */
function toInteger(stored: unknown, source: Type, target: Type): unknown {
  const value = Number(stored);
  if (!Number.isFinite(value)) throw outOfRange(target);
  if (source.name === 'numeric') {
    return inRange(roundedDecimal(String(stored), 0), target);
  }
  const whole = Math.round(value);
  const isHalf = Math.abs(value % 1) === 0.5;
  const rounded = isHalf && whole % 2 !== 0 ? whole - 1 : whole;
  return inRange(String(rounded), target);
}

function inRange(digits: string, target: Type): unknown {
  try {
    return target.write(digits);
  } catch {
    throw outOfRange(target);
  }
}

function outOfRange({name}: Type): Error {
  return pgError('22003', `${name} out of range`);
}

/** Whether a foreign key can go from a column to another one. */
export function areComparable(a: NativeColumn, b: NativeColumn): boolean {
  const kinds = [typeNamed(a.type), typeNamed(b.type)].map(type => {
    const kind = kindOf(type);
    return kind === 'integer' ? 'number' : kind;
  });
  return kinds[0] === kinds[1];
}
