import {InMemoryError} from '../../base/errors';
import {nearest} from '../../base/nearest';

/** Where a row, or a value of it, stands; worked out when it is asked for. */
export interface Place {
  /** For people: `seeds/cities.csv, line 13, row 12 of City`. */
  readonly text: string;
  readonly file?: string | undefined;
  /** Counted from 1. */
  readonly line?: number | undefined;
}

interface Mistake {
  readonly place: Place;
  readonly text: string;
}

const maxTold = 20;

/** What is wrong with a seed; all of it is told at once. */
export class Mistakes {
  private readonly told: Mistake[] = [];
  private count = 0;

  /** Whether so much is wrong that more of it would not be told. */
  get areMany(): boolean {
    return this.count >= maxTold;
  }

  add(place: Place, text: string): void {
    if (this.count++ < maxTold) this.told.push({place, text});
  }

  /** Fails with INVALID_VALUE, and tells the first 20, where anything is wrong. */
  throwIfAny(cause?: unknown): void {
    const [first] = this.told;
    if (first === undefined) return;
    const lines = this.told.map(({place, text}) => `${place.text}: ${text}`);
    const more = this.count - lines.length;
    if (more > 0) lines.push(`and ${more} more`);
    const {file, line} = first.place;
    throw new InMemoryError(
      'INVALID_VALUE',
      lines.length === 1
        ? `${sentence(lines[0]!)} Nothing was seeded.`
        : `${this.count} mistakes in the seed, and nothing was seeded:\n  ${lines.join('\n  ')}`,
      {...(file && {file}), ...(line && {line}), problemCount: this.count},
      {cause},
    );
  }
}

function sentence(text: string): string {
  return text.endsWith('?') ? text : `${text}.`;
}

/** What may have been meant, as a sentence behind another one; or nothing. */
export function meant(word: string, words: Iterable<string>): string {
  const guess = nearest(word, words);
  return guess === undefined ? '' : `; did you mean ${guess}?`;
}
