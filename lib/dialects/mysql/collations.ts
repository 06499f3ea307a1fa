import type {TextOrder} from '../../value/text-order';
import {codePoints} from '../collation';
import {generalCiWeights} from './general-ci';

/** A collation of texts of utf8mb4. */
export interface MysqlCollation extends TextOrder {
  /** A text whose letters are equal where `like` takes them for equal. */
  fold(text: string): string;
}

/** The collations by their names, with which character set of Unicode ever. */
export const mysqlCollations: Readonly<Record<string, string>> =
  Object.fromEntries(
    [
      'general_ci',
      'bin',
      '0900_ai_ci',
      '0900_bin',
      'uca1400_ai_ci',
      'unicode_ci',
      'unicode_520_ci',
    ].flatMap(name =>
      ['', 'utf8_', 'utf8mb3_', 'utf8mb4_'].map(charset => [
        charset + name,
        `utf8mb4_${name}`,
      ]),
    ),
  );

/**
 * The collation of that name: utf8mb4_general_ci, utf8mb4_bin, and those of
 * Unicode without case and accents, of whatever version: unicode_ci,
 * unicode_520_ci, uca1400_ai_ci, 0900_ai_ci, with or without `utf8mb4_`.
 */
export function collationNamed(
  given: string,
  hasPairs: boolean,
): MysqlCollation {
  const name = given.replace(/^utf8(mb[34])?_/, '');
  if (name.endsWith('bin')) return binary(given, !name.startsWith('0900'));
  return name === 'general_ci' ? generalCi(hasPairs) : unicode(given, name);
}

/** The weight of a blank, with which the shorter text is taken to go on. */
const blank = 0x20;

/**
 * By the weight of each letter; those beyond U+FFFF have one, unless they are
 * kept as pairs, whose halves have one each.
 */
function generalCi(hasPairs: boolean): MysqlCollation {
  const weights = generalCiWeights();
  const weightOf = (text: string, at: number): number => {
    const unit = text.charCodeAt(at);
    return !hasPairs && isLead(unit) ? 0xfffd : weights[unit]!;
  };
  const width = (text: string, at: number) =>
    !hasPairs && isLead(text.charCodeAt(at)) ? 2 : 1;
  return {
    name: 'utf8mb4_general_ci',
    compare(a, b) {
      if (a === b) return 0;
      for (let i = 0, j = 0; i < a.length || j < b.length;) {
        const x = i < a.length ? weightOf(a, i) : blank;
        const y = j < b.length ? weightOf(b, j) : blank;
        if (x !== y) return x - y;
        i += width(a, i);
        j += width(b, j);
      }
      return 0;
    },
    fold(text) {
      let folded = '';
      for (let i = 0; i < text.length; i += width(text, i)) {
        folded += String.fromCharCode(weightOf(text, i));
      }
      return folded;
    },
  };
}

function isLead(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function binary(name: string, isPadded: boolean): MysqlCollation {
  const {compare} = codePoints;
  return {
    name,
    compare: isPadded
      ? (a, b) => (a === b ? 0 : compare(trimmed(a), trimmed(b)))
      : compare,
    fold: text => text,
  };
}

function trimmed(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === blank) end--;
  return text.slice(0, end);
}

/** Unicode's own order, first level: what ICU has is that of uca1400_ai_ci. */
function unicode(given: string, name: string): MysqlCollation {
  const collator = new Intl.Collator('und', {sensitivity: 'base'});
  const isPadded = !name.startsWith('0900');
  return {
    name: given,
    compare: isPadded
      ? (a, b) => (a === b ? 0 : collator.compare(trimmed(a), trimmed(b)))
      : (a, b) => (a === b ? 0 : collator.compare(a, b)),
    // Letter by letter, so that one stays one, as `like` compares.
    fold: text => Array.from(text, baseOf).join(''),
  };
}

/** Letters with a stroke, which Unicode does not take apart. */
const strokes: Readonly<Record<string, string>> = {
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  ħ: 'h',
};

function baseOf(letter: string): string {
  const [first = letter] = letter.normalize('NFKD');
  const lower = first.toLowerCase();
  return strokes[lower] ?? (lower.length === first.length ? lower : first);
}
