import {InMemoryError, show} from '../../base/errors';
import {isPlainObject} from '../../base/objects';
import {compileGlob, type GlobPattern} from '../../value/glob';
import type {Callback} from '../loopback';
import {type Entry, isExpired} from './entry';
import type {Clock} from './settings';

/** What `iterateKeys` is given to say which keys are wanted. */
export interface KeyFilter {
  /** A glob pattern ({@link compileGlob}); all keys without one. */
  readonly match?: string;
}

/** Calls back with keys in order; those that are fewer than `keysAtOnce` are the last. */
export type ReadKeys = (
  range: {readonly gt: string} | {readonly gte: string},
  callback: Callback<Pick<Entry, 'key' | 'expiresAt'>[]>,
) => void;

/** So many keys are read at a time; between two times others have their turn. */
export const keysAtOnce = 1000;

/** The one of before any test has put another in its place. */
const {setImmediate} = globalThis;

/** The keys of a model, one by one, in order. */
export class KeyIterator {
  private page: Pick<Entry, 'key' | 'expiresAt'>[] = [];
  private place = 0;
  private last: string | undefined;
  private isAtEnd = false;
  private pattern: GlobPattern | undefined;
  /** Who asked before, so that each gets another key. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly filter: KeyFilter,
    private readonly read: ReadKeys,
    private readonly now: Clock,
  ) {}

  /**
   * Calls back with the next key, or with undefined after the last one; with what
   * reading fails with, after which it may be called again.
   */
  next(callback: Callback<string | undefined>): void {
    const turn = this.turn.then(() => this.take());
    this.turn = turn.catch(() => undefined);
    turn.then(
      key => process.nextTick(callback, null, key),
      (error: Error) => process.nextTick(callback, error),
    );
  }

  private async take(): Promise<string | undefined> {
    this.pattern ??= compileGlob(matchOf(this.filter));
    for (;;) {
      const key = this.nextInPage(this.pattern);
      if (key !== undefined || this.isAtEnd) return key;
      await this.turnPage(this.pattern.prefix);
    }
  }

  private nextInPage(pattern: GlobPattern): string | undefined {
    const now = this.now();
    while (this.place < this.page.length) {
      const entry = this.page[this.place++]!;
      if (!entry.key.startsWith(pattern.prefix)) {
        this.isAtEnd = true;
        this.page = [];
        return undefined;
      }
      if (!isExpired(entry, now) && pattern.test(entry.key)) return entry.key;
    }
    return undefined;
  }

  private async turnPage(prefix: string): Promise<void> {
    const {last} = this;
    if (last !== undefined) await new Promise<void>(setImmediate);
    const page = await new Promise<typeof this.page>((resolve, reject) => {
      const range = last === undefined ? {gte: prefix} : {gt: last};
      this.read(range, (error, found = []) =>
        error ? reject(error) : resolve(found),
      );
    });
    this.page = page;
    this.place = 0;
    this.last = page.at(-1)?.key;
    if (page.length < keysAtOnce) this.isAtEnd = true;
  }
}

/** The pattern of a filter. Fails with INVALID_FILTER. */
function matchOf(filter: unknown): string {
  const given = filter ?? {};
  const {match, ...others} = isPlainObject(given) ? given : {others: given};
  const isEmpty = match === undefined || match === null || match === '';
  if (Object.keys(others).length === 0) {
    if (isEmpty) return '*';
    if (typeof match === 'string') return match;
  }
  throw new InMemoryError(
    'INVALID_FILTER',
    `The filter of keys cannot be ${show(filter)}: it must be {match} with a ` +
      "pattern, such as {match: 'user:*'}, or left out.",
    {value: filter},
  );
}
