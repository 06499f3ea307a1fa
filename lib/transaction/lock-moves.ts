/** That somebody does not keep a lock any more. */
interface Move {
  /** The number of the place from which on others came later. */
  readonly since: number;
  /** Which of all moves it is. */
  readonly number: number;
}

/**
 * When those ended for whom others wait. Of a row that is in much use locks are
 * given back all the time, also by those who came later and met nobody in their
 * way; who waits must not take that for a sign that it gets on.
 */
export class LockMoves {
  private count = 0;
  /** Of each place the last ones before it: the later, the younger. */
  private last: Move[] = [];

  /** Notes a move. All who wait have at least the number `oldest`. */
  note(since: number, oldest: number): void {
    const {last} = this;
    while (last.length > 0 && last.at(-1)!.since >= since) last.pop();
    last.push({since, number: ++this.count});
    // Of those who came before all that wait the last one tells enough.
    const old = last.findLastIndex(move => move.since < oldest);
    if (old > 0) this.last = last.slice(old);
  }

  /** The number of the last move by one that came before a place; 0 if none. */
  lastBefore(place: number): number {
    return this.last.findLast(({since}) => since < place)?.number ?? 0;
  }
}
