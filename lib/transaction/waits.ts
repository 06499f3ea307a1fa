import {type ErrorDetails, InMemoryError, show} from '../base/errors';
import {Turns} from '../base/turns';
import type {MeetingRules} from './isolation';
import type {Place, Transaction, Wait} from './transaction';

/** In how many pieces the time of a wait is counted. */
const pieces = 10;

const turns = new Turns();
let waitCount = 0;

/**
 * Waits until the statement of a transaction may try again for which somebody is
 * in the way at a place; returns at once if nobody is. It keeps the place until
 * `wait.leave` is called, or another place is taken. Where who waits for whom
 * closes to a ring, that is a deadlock, and the transaction in it fails that has
 * waited longest, or another one where the dialect says so.
 *
 * Fails with DEADLOCK, or with LOCK_TIMEOUT when for the transaction's time
 * nobody who was in the way has ended. What keeps the event loop from turning
 * takes no more than a tenth of that.
 */
export async function waitFor(
  by: Transaction,
  place: Place,
  now: () => number,
): Promise<void> {
  const {wait: before} = by;
  const isAgain = before !== undefined && before.place.isSameAs(place);
  if (!isAgain) before?.leave();
  if (!place.isInTheWay) return;
  const wait = isAgain
    ? (before as StatementWait)
    : new StatementWait(by, place, now);
  const resumed = wait.begin(isAgain);
  if (by.mayBeWaitedFor) breakRings(by);
  await resumed;
}

/** The wait of a statement: it waits, is woken and may wait again. */
class StatementWait implements Wait {
  readonly number = ++waitCount;
  private timer: NodeJS.Timeout | undefined;
  private settle: Settle | undefined;

  constructor(
    readonly by: Transaction,
    readonly place: Place,
    private readonly now: () => number,
  ) {}

  get isWaiting(): boolean {
    return this.settle !== undefined;
  }

  begin(isAgain: boolean): Promise<void> {
    const {by, place} = this;
    const resumed = new Promise<void>((resolve, reject) => {
      this.settle = {resolve, reject};
    });
    by.wait = this;
    if (isAgain) place.waitOn();
    else place.enter(() => this.resume());
    this.countTime(by.lockTimeoutMs, place.moves);
    return resumed;
  }

  /** Waits for the time that is left, unless it begins anew after a move. */
  private countTime(leftMs: number, moves: number): void {
    const {lockTimeoutMs} = this.by;
    const pieceMs = Math.min(leftMs, Math.ceil(lockTimeoutMs / pieces));
    this.timer = setTimeout(() => {
      const {place} = this;
      const hasMoved = place.moves !== moves;
      const left = hasMoved ? lockTimeoutMs : leftMs - pieceMs;
      if (left > 0) this.countTime(left, place.moves);
      else this.fail(timedOut(this.by, place, this.now()));
    }, pieceMs);
  }

  private resume(): void {
    const settle = this.end();
    if (settle !== undefined) turns.run(settle.resolve);
  }

  fail(error: Error): void {
    const settle = this.end();
    if (settle === undefined) return;
    this.leave();
    settle.reject(error);
  }

  private end(): Settle | undefined {
    const {settle} = this;
    clearTimeout(this.timer);
    this.settle = undefined;
    return settle;
  }

  leave(): void {
    if (this.by.wait !== this) return;
    this.by.wait = undefined;
    this.place.leave();
  }
}

interface Settle {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Lets one fail, as the dialect says, of each ring that a new wait closes. */
function breakRings(by: Transaction): void {
  for (;;) {
    const ring = ringThrough(by);
    if (ring === undefined) return;
    const victim = ring.reduce(victims[by.rules.deadlockVictim]);
    victim.fail(deadlock(victim.place.subject));
  }
}

/** Which of two who wait for each other fails. */
const victims: Readonly<
  Record<MeetingRules['deadlockVictim'], (one: Wait, other: Wait) => Wait>
> = {
  waitedLongest: (one, other) => (other.number < one.number ? other : one),
  wroteLeast(one, other) {
    const more = other.by.writes.size - one.by.writes.size;
    if (more === 0) return other.number > one.number ? other : one;
    return more < 0 ? other : one;
  },
};

/**
 * The waits of a ring that goes through a transaction, if any. It is looked for
 * by way of those who have what is waited for: who is before another one in a
 * queue waits for them, too.
 */
function ringThrough(start: Transaction): readonly Wait[] | undefined {
  /** Those who wait, in the order found, each with whom it was found by. */
  const found = new Map<Transaction, Transaction | undefined>();
  found.set(start, undefined);
  for (const transaction of found.keys()) {
    const {wait} = transaction;
    if (wait?.isWaiting !== true) continue;
    if (transaction !== start && wait.place.isBehind(start)) {
      return wayTo(transaction, found);
    }
    for (const blocker of wait.place.blockers()) {
      const leadsOn = blocker.wait?.isWaiting === true;
      if (leadsOn && !found.has(blocker)) found.set(blocker, transaction);
    }
  }
  return undefined;
}

function wayTo(
  last: Transaction,
  found: ReadonlyMap<Transaction, Transaction | undefined>,
): Wait[] {
  const way: Wait[] = [];
  let at: Transaction | undefined = last;
  while (at !== undefined) {
    way.push(at.wait!);
    at = found.get(at);
  }
  return way;
}

function deadlock(subject: ErrorDetails): InMemoryError {
  return new InMemoryError(
    'DEADLOCK',
    `Deadlock: the transaction waits for ${nameOf(subject)}, which is kept by ` +
      'one that waits for it. Run it again; transactions that write rows in the ' +
      'same order do not come to this.',
    subject,
  );
}

function timedOut(by: Transaction, place: Place, now: number): InMemoryError {
  const {subject} = place;
  // Who was granted the lock, and has not taken it, is no holder yet.
  const holder = place.holders()[0] ?? place.next;
  const waited = `Waited ${by.lockTimeoutMs} ms for ${nameOf(subject)}`;
  if (holder === undefined) {
    return new InMemoryError(
      'LOCK_TIMEOUT',
      `${waited}. Set lockTimeoutMs to wait longer.`,
      subject,
    );
  }
  const {id, level, startedAt, writes} = holder;
  return new InMemoryError(
    'LOCK_TIMEOUT',
    `${waited}, which is kept by the transaction ${id} (${level}, open for ` +
      `${now - startedAt} ms, rows written: ${writes.size}). End it, give it to ` +
      'the statement as {transaction} if that is part of it, or set ' +
      'lockTimeoutMs to wait longer.',
    {...subject, transaction: id},
  );
}

/** A row that is not the statement's own is not named by its id. */
function nameOf(subject: ErrorDetails): string {
  const {constraint, id, index, property, table, value} = subject;
  if (index !== undefined) {
    return `the key (${property}) = (${show(value)}) of ${table}`;
  }
  if (constraint !== undefined)
    return `a row of ${table} that ${constraint} is about`;
  return id === undefined
    ? `the rows of ${table}`
    : `the ${table} with id ${show(id)}`;
}

/** Ends the wait of a transaction that has ended: its statement fails. */
export function endWait(transaction: Transaction): void {
  const {howEnded, id, state, wait} = transaction;
  wait?.fail(
    state === 'aborted'
      ? transaction.abortedError()
      : new InMemoryError(
          'TRANSACTION_ENDED',
          `The transaction ${id} was ${howEnded} while a statement waited.`,
          {value: id},
        ),
  );
  wait?.leave();
}
