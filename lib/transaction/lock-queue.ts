import {LockMoves} from './lock-moves';
import type {Transaction} from './transaction';

/*
 * Who gets a lock next
 *
 *   holders          queue, first come first
 *   T1 changes       T2 to change   T3 to share    T4 to remove   T5 to change
 *                    (waits for T1) (waits for     (waits for     (waits for T4)
 *                                    nobody: goes)  T1, T2, T3)
 *
 * When a holder gives its lock back, those are granted whom neither a holder nor
 * anybody before them is in the way of: of many that want to change a row, one.
 * It keeps its place until its statement has been tried again, and nobody who
 * comes meanwhile gets in before it. Then it is a holder, or has left, and the
 * next one is looked for.
 *
 * As in PostgreSQL, who comes and meets no holder that is in the way does not
 * queue, though others wait (T1 shares, T2 waits to remove, T3 shares at once);
 * and who holds a lock and wants more goes before those who wait for what it has:
 * behind them it would wait for ever.
 */

/**
 * What is done to a row. To `change` it leaves alone what refers to it, to
 * `remove` it (or to change a unique key) does not; `share` keeps it from being
 * removed. PostgreSQL: FOR NO KEY UPDATE, FOR UPDATE, FOR KEY SHARE.
 */
export type RowUse = 'share' | 'change' | 'remove';

/** Also what needs no lock, but has to know what becomes of a row that is written. */
export type LockUse = RowUse | 'look';

/** Whether one of two transactions must wait for the other. */
function areInConflict(a: LockUse, b: LockUse): boolean {
  if (a === 'look' || b === 'look') return false;
  return a === 'remove' || b === 'remove' || (a === 'change' && b === 'change');
}

/** A place in a queue, with its neighbours. */
export interface QueuedPlace {
  readonly by: Transaction;
  readonly use: LockUse;
  before: QueuedPlace | undefined;
  after: QueuedPlace | undefined;
  /** Whether its transaction has a lock already, and wants more. */
  readonly isOfHolder: boolean;
  /** Which of all places it is. */
  number: number;
  /** Whether it goes before all who come until it has been tried again. */
  isGranted: boolean;
  /** Whether it has been told to try again. */
  isWoken: boolean;
  /** Tells it to. */
  readonly resume: () => void;
}

let placeCount = 0;

/** Who waits for a lock. */
export class LockQueue {
  private readonly moves = new LockMoves();
  /** The number of the place that was taken last. */
  private latest = 0;
  private first: QueuedPlace | undefined;
  private last: QueuedPlace | undefined;
  /** Those who look only: nobody waits for them, and they only for holders. */
  private readonly lookers = new Set<QueuedPlace>();
  /** Those of the others who go before all that come. */
  private readonly granted = new Set<QueuedPlace>();
  /** Those of them who are to be told so. */
  private untold: QueuedPlace[] = [];
  /** How many of the others share, remove, and have a snapshot. */
  private sharing = 0;
  private removing = 0;
  private withSnapshot = 0;

  get isEmpty(): boolean {
    return this.first === undefined && this.lookers.size === 0;
  }

  /** Takes a place at the end, but before all that wait for its transaction. */
  add(place: QueuedPlace, waitsForIt: IsInTheWay): void {
    place.number = ++placeCount;
    this.latest = place.number;
    if (place.use === 'look') {
      this.lookers.add(place);
      return;
    }
    const after = place.isOfHolder ? this.firstThat(waitsForIt) : undefined;
    const before = after === undefined ? this.last : after.before;
    place.before = before;
    place.after = after;
    if (before === undefined) this.first = place;
    else before.after = place;
    if (after === undefined) this.last = place;
    else after.before = place;
    this.count(place, 1);
  }

  private firstThat(test: IsInTheWay): QueuedPlace | undefined {
    let place = this.first;
    while (place !== undefined && !test(place)) place = place.after;
    return place;
  }

  remove(place: QueuedPlace): void {
    if (this.lookers.delete(place)) return;
    const {after, before} = place;
    if (before === undefined) this.first = after;
    else before.after = after;
    if (after === undefined) this.last = before;
    else after.before = before;
    this.count(place, -1);
    if (this.granted.delete(place)) this.noteMove(sinceOf(place));
  }

  private count({by, use}: QueuedPlace, change: 1 | -1): void {
    if (use === 'share') this.sharing += change;
    if (use === 'remove') this.removing += change;
    if (by.writesToSnapshot) this.withSnapshot += change;
  }

  /** Notes that one does not keep the lock any more; see {@link sinceOf}. */
  noteMove(since: number): void {
    const {first} = this;
    // All who wait came before it, and do not wait for it.
    if (since >= this.latest) return;
    this.moves.note(since, first?.isOfHolder === false ? first.number : 0);
  }

  /** Counts up whenever somebody before a place does not keep the lock any more. */
  movesBefore({number}: QueuedPlace): number {
    return this.moves.lastBefore(number);
  }

  /**
   * Whether somebody goes before a transaction whom no holder keeps from a use:
   * all before its place if it has one, else those who were granted theirs.
   */
  isInTheWay(own: QueuedPlace | undefined, use: LockUse): boolean {
    if (own !== undefined && !own.isGranted) {
      return this.nearestBefore(own) !== undefined;
    }
    for (const granted of this.granted) {
      if (granted !== own && areInConflict(granted.use, use)) return true;
    }
    return false;
  }

  addAll(waiting: Set<Transaction>): void {
    for (let place = this.first; place !== undefined; place = place.after) {
      waiting.add(place.by);
    }
  }

  isGrantedBefore(number: number): boolean {
    for (const {by} of this.granted) {
      if (by.wait !== undefined && by.wait.number < number) return true;
    }
    return false;
  }

  /** Tells those who were granted a lock to try again, and those who must fail. */
  wakeNext(isCommit: boolean, isHeldAgainst: IsInTheWay): void {
    for (const looker of this.lookers) {
      if (!isHeldAgainst(looker)) wake(looker);
    }
    this.grant(isHeldAgainst);
    const {untold} = this;
    this.untold = [];
    for (const place of untold) if (this.granted.has(place)) wake(place);
    if (!isCommit || this.withSnapshot === 0) return;
    for (let place = this.first; place !== undefined; place = place.after) {
      if (place.by.writesToSnapshot) wake(place);
    }
  }

  /** Grants the lock to those who can have it now, and are told later. */
  grant(isHeldAgainst: IsInTheWay): void {
    let shares = 0;
    let isChanged = false;
    for (let place = this.first; place !== undefined; place = place.after) {
      const {use} = place;
      const isBehind = isChanged || (use === 'remove' && shares > 0);
      if (use === 'share' || !isBehind) this.grantTo(place, isHeldAgainst);
      if (use === 'share') shares++;
      if (use === 'change') isChanged = true;
      // Behind one that changes only sharers can go on, behind one that removes nobody.
      const isLast = isChanged && shares === this.sharing;
      if (use === 'remove' || isLast) return;
    }
  }

  private grantTo(place: QueuedPlace, isHeldAgainst: IsInTheWay): void {
    if (place.isGranted || isHeldAgainst(place)) return;
    place.isGranted = true;
    this.granted.add(place);
    this.untold.push(place);
  }

  /** Takes back what a place was granted, which waits on. */
  waitOn(place: QueuedPlace): void {
    this.granted.delete(place);
    place.isGranted = false;
    place.isWoken = false;
  }

  /** The nearest one before a place that must go on first. */
  nearestBefore(place: QueuedPlace): QueuedPlace | undefined {
    return this.nearest(place, before => areInConflict(before.use, place.use));
  }

  /**
   * The one before a place that has more in its way than the place itself: all
   * holders and all who are before it.
   */
  removerBefore(place: QueuedPlace): QueuedPlace | undefined {
    if (this.removing === 0 || place.use === 'remove') return undefined;
    return this.nearest(
      place,
      ({isWoken, use}) => use === 'remove' && !isWoken,
    );
  }

  /** Whether a place comes after another one, and must wait for that. */
  isBehind(place: QueuedPlace, other: QueuedPlace): boolean {
    if (other.after === undefined || place.use === 'look') return false;
    let isInConflict = areInConflict(place.use, other.use);
    const met = this.nearest(place, before => {
      // One that removes is between them: the place waits for it, it for the other.
      isInConflict ||=
        before !== other && before.use === 'remove' && !before.isWoken;
      return before === other;
    });
    return met !== undefined && isInConflict;
  }

  private nearest(
    place: QueuedPlace,
    test: IsInTheWay,
  ): QueuedPlace | undefined {
    let {before} = place;
    while (before !== undefined && !test(before)) before = before.before;
    return before;
  }
}

type IsInTheWay = (place: QueuedPlace) => boolean;

/**
 * Since when a transaction counts as being before others with the lock that it
 * takes now: since it took its place, or, without one, since the last one did.
 */
export function sinceOf(place: QueuedPlace | undefined): number {
  if (place === undefined) return placeCount;
  // It went before others, who wait for it.
  return place.isOfHolder ? 0 : place.number;
}

/** Tells the statement at a place to try again, unless it was told. */
function wake(place: QueuedPlace): void {
  if (place.isWoken) return;
  place.isWoken = true;
  place.resume();
}
