import type {ErrorDetails} from '../base/errors';
import type {Key, KeyOrder} from '../store/tree/key-order';
import {KeyMap} from './key-map';
import {
  LockQueue,
  type LockUse,
  type QueuedPlace,
  type RowUse,
  sinceOf,
} from './lock-queue';
import type {HeldLock, Place, Transaction} from './transaction';

/** The locks of the rows of a table, or of the keys of one of its unique indexes. */
export class LockTree {
  private readonly locks: KeyMap<Lock>;

  /** `whenEmpty` is called when the last lock is gone. */
  constructor(
    order: KeyOrder,
    private readonly whenEmpty: () => void,
  ) {
    this.locks = new KeyMap(order);
  }

  get isEmpty(): boolean {
    return this.locks.size === 0;
  }

  get(key: Key): Lock | undefined {
    return this.locks.get(key);
  }

  /** Takes a lock that nobody is in the way of. */
  acquire(transaction: Transaction, key: Key, use: RowUse): void {
    let lock = this.locks.get(key);
    if (lock === undefined) {
      lock = new Lock(this, key);
      this.locks.set(key, lock);
    }
    lock.acquire(transaction, use);
  }

  drop(key: Key): void {
    this.locks.delete(key);
    if (this.isEmpty) this.whenEmpty();
  }

  /** Whether anybody has one of them. */
  get isHeld(): boolean {
    for (const lock of this.locks.values()) if (lock.isHeld) return true;
    return false;
  }

  addHolders(holders: Set<Transaction>): void {
    for (const lock of this.locks.values()) lock.addHolders(holders);
  }

  /** Adds those who have one of them, and those who wait for one. */
  addUsers(users: Set<Transaction>): void {
    for (const lock of this.locks.values()) lock.addUsers(users);
  }

  /** Whether somebody is about to take a lock who has waited since before a wait. */
  isGrantedBefore(number: number): boolean {
    for (const lock of this.locks.values()) {
      if (lock.isGrantedBefore(number)) return true;
    }
    return false;
  }
}

/** A row or a unique key that is kept by transactions, and those who wait for it. */
export class Lock {
  private owner: Transaction | undefined;
  private isRemoved = false;
  private sharers: Set<Transaction> | undefined;
  private queue: LockQueue | undefined;

  constructor(
    private readonly home: LockTree,
    private readonly key: Key,
  ) {}

  /** Whether a transaction has to wait before it can use what is locked. */
  isInTheWay(transaction: Transaction, use: LockUse): boolean {
    if (this.isHeldAgainst(transaction, use)) return true;
    return this.queue?.isInTheWay(this.placeOf(transaction), use) === true;
  }

  /** The place that a transaction has in the queue, if it has one. */
  private placeOf({wait}: Transaction): LockPlace | undefined {
    const place = wait?.place;
    return place instanceof LockPlace && place.lock === this
      ? place
      : undefined;
  }

  /** The holders that keep a transaction from a use. */
  holdersAgainst(transaction: Transaction, use: LockUse): Transaction[] {
    const {isRemoved, owner, sharers} = this;
    const isOwned = owner !== undefined && owner !== transaction;
    const holders = isOwned && (use !== 'share' || isRemoved) ? [owner] : [];
    if (use === 'remove' && sharers !== undefined) {
      for (const sharer of sharers) {
        if (sharer !== transaction && sharer !== owner) holders.push(sharer);
      }
    }
    return holders;
  }

  private isHeldAgainst(transaction: Transaction, use: LockUse): boolean {
    const {isRemoved, owner, sharers} = this;
    if (owner !== undefined && owner !== transaction) {
      if (use !== 'share' || isRemoved) return true;
    }
    if (use !== 'remove' || sharers === undefined) return false;
    return sharers.size > (sharers.has(transaction) ? 1 : 0);
  }

  /** Whether a transaction has what keeps another one from a use. */
  private isKeptBy(holder: Transaction, use: LockUse): boolean {
    if (this.owner === holder) return use !== 'share' || this.isRemoved;
    return use === 'remove' && this.sharers?.has(holder) === true;
  }

  get isHeld(): boolean {
    return this.owner !== undefined || (this.sharers?.size ?? 0) > 0;
  }

  /** Whether a transaction has a lock here already. */
  isHeldBy(transaction: Transaction): boolean {
    return (
      this.owner === transaction || this.sharers?.has(transaction) === true
    );
  }

  addHolders(holders: Set<Transaction>): void {
    if (this.owner !== undefined) holders.add(this.owner);
    for (const sharer of this.sharers ?? []) holders.add(sharer);
  }

  addUsers(users: Set<Transaction>): void {
    this.addHolders(users);
    this.queue?.addAll(users);
  }

  isGrantedBefore(number: number): boolean {
    return this.queue?.isGrantedBefore(number) === true;
  }

  acquire(transaction: Transaction, use: RowUse): void {
    const {isRemoved, owner} = this;
    if (use === 'share') {
      if (this.isHeldBy(transaction)) return;
      (this.sharers ??= new Set()).add(transaction);
    } else {
      if (owner === transaction && (isRemoved || use === 'change')) return;
      this.owner = transaction;
      this.isRemoved = use === 'remove';
    }
    if (this.queue !== undefined) transaction.mayBeWaitedFor = true;
    const since = sinceOf(this.placeOf(transaction));
    transaction.locks.push(
      use === 'share'
        ? new Share(this, transaction, since)
        : new Ownership(this, owner, isRemoved, since),
    );
  }

  /** Gives back what a transaction shares. */
  unshare(transaction: Transaction, since: number): Lock | undefined {
    this.sharers!.delete(transaction);
    return this.released(since);
  }

  /** Gives it back to the one, and the use, that had it before. */
  giveBack(
    owner: Transaction | undefined,
    isRemoved: boolean,
    since: number,
  ): Lock | undefined {
    this.owner = owner;
    this.isRemoved = isRemoved;
    return this.released(since);
  }

  private released(since: number): Lock | undefined {
    const {queue} = this;
    if (queue === undefined) {
      this.dropIfFree();
      return undefined;
    }
    queue.noteMove(since);
    // Before anybody comes; they are told when all locks are given back.
    queue.grant(this.isInTheWayOf);
    return this;
  }

  private get isInTheWayOf() {
    return ({by, use}: QueuedPlace): boolean => this.isHeldAgainst(by, use);
  }

  /** Counts up whenever somebody who was before a place is not any more. */
  movesBefore(place: LockPlace): number {
    return this.queue?.movesBefore(place) ?? 0;
  }

  /**
   * Lets those go on who can, after locks were given back; after a `commit` also
   * those whom it makes fail, whoever is before them.
   */
  wakeNext(isCommit: boolean): void {
    this.queue?.wakeNext(isCommit, this.isInTheWayOf);
  }

  /** Takes a place in the queue. */
  enter(place: LockPlace): void {
    const {by} = place;
    this.queue ??= this.newQueue();
    this.queue.add(place, ({use}) => this.isKeptBy(by, use));
  }

  private newQueue(): LockQueue {
    const holders = new Set<Transaction>();
    this.addHolders(holders);
    for (const holder of holders) holder.mayBeWaitedFor = true;
    return new LockQueue();
  }

  leave(place: LockPlace): void {
    const queue = this.queue!;
    queue.remove(place);
    if (queue.isEmpty) {
      this.queue = undefined;
      this.dropIfFree();
    } else this.wakeNext(false);
  }

  /** The nearest one before a place who must go on first. */
  nextBefore(place: LockPlace): Transaction | undefined {
    return this.queue?.nearestBefore(place)?.by;
  }

  /**
   * Those who keep a place from its use, and who lead to all others that do: who
   * is before it in the queue mostly waits for the same holders.
   */
  blockersOf(place: LockPlace): Transaction[] {
    const blockers = this.holdersAgainst(place.by, place.use);
    const remover = this.queue?.removerBefore(place);
    if (remover !== undefined) blockers.push(remover.by);
    return blockers;
  }

  /** Whether a transaction is in the way of a place, as a holder or before it. */
  isBehind(place: LockPlace, other: Transaction): boolean {
    if (this.isKeptBy(other, place.use)) return true;
    const before = this.placeOf(other);
    return before !== undefined && this.queue!.isBehind(place, before);
  }

  /** Leaves a place where it is, though it was woken. */
  waitOn(place: LockPlace): void {
    this.queue!.waitOn(place);
    // Those behind it may have come before it began to wait again.
    place.by.mayBeWaitedFor = true;
  }

  private dropIfFree(): void {
    if (this.owner !== undefined || this.queue !== undefined) return;
    if (this.sharers === undefined || this.sharers.size === 0) {
      this.home.drop(this.key);
    }
  }
}

/** A lock that a transaction shares with others. */
class Share implements HeldLock {
  constructor(
    private readonly lock: Lock,
    private readonly by: Transaction,
    private readonly since: number,
  ) {}

  release(): Lock | undefined {
    return this.lock.unshare(this.by, this.since);
  }
}

/** A lock that a transaction has alone, and what was before. */
class Ownership implements HeldLock {
  constructor(
    private readonly lock: Lock,
    private readonly owner: Transaction | undefined,
    private readonly isRemoved: boolean,
    private readonly since: number,
  ) {}

  release(): Lock | undefined {
    return this.lock.giveBack(this.owner, this.isRemoved, this.since);
  }
}

/** A place in the queue for a lock. */
export class LockPlace implements Place, QueuedPlace {
  before: QueuedPlace | undefined;
  after: QueuedPlace | undefined;
  readonly isOfHolder: boolean;
  number = 0;
  isGranted = false;
  isWoken = false;
  resume: () => void = () => undefined;

  constructor(
    readonly lock: Lock,
    readonly by: Transaction,
    readonly use: LockUse,
    readonly subject: ErrorDetails,
  ) {
    this.isOfHolder = lock.isHeldBy(by);
  }

  /** The same place, of which errors say that it is about something else. */
  about(subject: ErrorDetails): LockPlace {
    return new LockPlace(this.lock, this.by, this.use, subject);
  }

  get isInTheWay(): boolean {
    return this.lock.isInTheWay(this.by, this.use);
  }

  get moves(): number {
    return this.lock.movesBefore(this);
  }

  isSameAs(other: Place): boolean {
    return (
      other instanceof LockPlace &&
      other.lock === this.lock &&
      other.use === this.use &&
      other.isOfHolder === this.isOfHolder
    );
  }

  holders(): Transaction[] {
    return this.lock.holdersAgainst(this.by, this.use);
  }

  get next(): Transaction | undefined {
    return this.lock.nextBefore(this);
  }

  blockers(): Transaction[] {
    return this.lock.blockersOf(this);
  }

  isBehind(other: Transaction): boolean {
    return this.lock.isBehind(this, other);
  }

  enter(resume: () => void): void {
    this.resume = resume;
    this.lock.enter(this);
  }

  waitOn(): void {
    this.lock.waitOn(this);
  }

  leave(): void {
    this.lock.leave(this);
  }
}
