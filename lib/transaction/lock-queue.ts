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
 * and who holds a lock and wants more goes before all that wait; it waits for
 * holders only, not for others of its kind.
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
  /** Whether its transaction has a lock already, and waits for holders only. */
  readonly isOfHolder: boolean;
  /** Whether it goes before all who come until it has been tried again. */
  isGranted: boolean;
  /** Whether it has been told to try again. */
  isWoken: boolean;
  /** Tells it to. */
  readonly resume: () => void;
}

/** Who waits for a lock. */
export class LockQueue {
  moves = 0;
  private first: QueuedPlace | undefined;
  private last: QueuedPlace | undefined;
  /** Those who look only: nobody waits for them, and they only for holders. */
  private readonly lookers = new Set<QueuedPlace>();
  /** Those of the others who go before all that come. */
  private readonly granted = new Set<QueuedPlace>();
  /** How many of them share, and how many have a snapshot. */
  private sharing = 0;
  private withSnapshot = 0;

  get isEmpty(): boolean {
    return this.first === undefined && this.lookers.size === 0;
  }

  add(place: QueuedPlace): void {
    if (place.use === 'look') {
      this.lookers.add(place);
      return;
    }
    place.before = this.last;
    if (this.last === undefined) this.first = place;
    else this.last.after = place;
    this.last = place;
    this.count(place, 1);
  }

  addFirst(place: QueuedPlace): void {
    const {first} = this;
    if (first === undefined || place.use === 'look') {
      this.add(place);
      return;
    }
    place.after = first;
    first.before = place;
    this.first = place;
    this.count(place, 1);
  }

  remove(place: QueuedPlace): void {
    if (this.lookers.delete(place)) return;
    const {after, before} = place;
    if (before === undefined) this.first = after;
    else before.after = after;
    if (after === undefined) this.last = before;
    else after.before = before;
    this.count(place, -1);
    if (this.granted.delete(place)) this.moves++;
  }

  private count({by, use}: QueuedPlace, change: 1 | -1): void {
    if (use === 'share') this.sharing += change;
    if (by.hasSnapshot) this.withSnapshot += change;
  }

  /**
   * Whether somebody goes before a transaction whom no holder keeps from a use:
   * all before its place if it has one, else those who were granted theirs.
   */
  isInTheWay(own: QueuedPlace | undefined, use: LockUse): boolean {
    if (own !== undefined && !own.isGranted) {
      return nearestBefore(own, use) !== undefined;
    }
    for (const granted of this.granted) {
      if (granted !== own && areInConflict(granted.use, use)) return true;
    }
    return false;
  }

  isGrantedBefore(number: number): boolean {
    for (const {by} of this.granted) {
      if (by.wait !== undefined && by.wait.number < number) return true;
    }
    return false;
  }

  wakeNext(isCommit: boolean, isHeldAgainst: IsHeldAgainst): void {
    for (const looker of this.lookers) {
      if (!isHeldAgainst(looker)) wake(looker);
    }
    this.grant(isHeldAgainst);
    if (!isCommit || this.withSnapshot === 0) return;
    for (let place = this.first; place !== undefined; place = place.after) {
      if (place.by.hasSnapshot) wake(place);
    }
  }

  private grant(isHeldAgainst: IsHeldAgainst): void {
    const ahead: Record<LockUse, number> = {
      share: 0,
      change: 0,
      remove: 0,
      look: 0,
    };
    for (let place = this.first; place !== undefined; place = place.after) {
      const {after, isGranted, isOfHolder, use} = place;
      const isBehind =
        !isOfHolder &&
        (ahead.remove > 0 ||
          (use !== 'share' && ahead.change > 0) ||
          (use === 'remove' && ahead.share > 0));
      if (!isBehind && !isGranted && !isHeldAgainst(place)) {
        place.isGranted = true;
        this.granted.add(place);
        wake(place);
      }
      ahead[use]++;
      // Those who have a lock are the first, in the way of each other or not.
      if (after?.isOfHolder === true) continue;
      // Of those behind one that changes only sharers could go on.
      const isLast = ahead.change > 0 && ahead.share === this.sharing;
      if (ahead.remove > 0 || isLast) return;
    }
  }

  /** Takes back what a place was granted, which waits on. */
  waitOn(place: QueuedPlace): void {
    this.granted.delete(place);
    place.isGranted = false;
    place.isWoken = false;
  }

  /**
   * Adds those before a place whom it must wait for, but not those whom one of
   * these waits for itself.
   */
  addBlockersOf(place: QueuedPlace, blockers: Transaction[]): void {
    const {use} = place;
    let isChanged = false;
    let before = nearestBefore(place, use);
    while (before !== undefined) {
      // Nobody who changes or removes is left out: the nearest waits for the rest.
      if (before.use === 'share' || !isChanged) blockers.push(before.by);
      if (waitsForThoseBefore(before)) {
        if (before.use === 'remove' || use !== 'remove') return;
        if (before.use === 'change') isChanged = true;
      }
      before = nearestBefore(before, use);
    }
  }
}

type IsHeldAgainst = (place: QueuedPlace) => boolean;

/** The nearest one in conflict that is before a place. */
function nearestBefore(
  place: QueuedPlace,
  use: LockUse,
): QueuedPlace | undefined {
  let {before} = place;
  while (before !== undefined && !areInConflict(before.use, use)) {
    before = before.before;
  }
  return before;
}

/** Whether its wait leads to those before it with whom it is in conflict. */
function waitsForThoseBefore({isOfHolder, isWoken}: QueuedPlace): boolean {
  return !isOfHolder && !isWoken;
}

/** Tells the statement at a place to try again, unless it was told. */
function wake(place: QueuedPlace): void {
  if (place.isWoken) return;
  place.isWoken = true;
  place.resume();
}
