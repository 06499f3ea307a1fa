import type {ErrorDetails} from '../base/errors';
import type {Place, Transaction} from './transaction';

/** What there is to know of the locks in some tables. */
export interface TablesLocks {
  readonly isHeld: boolean;
  holders(): readonly Transaction[];
  /** Those, and those who wait to be. */
  users(): ReadonlySet<Transaction>;
  /** Whether somebody is about to lock something who waits since before a wait. */
  isGrantedBefore(number: number): boolean;
}

/**
 * A place among those who wait until nobody has locked anything in some tables.
 * Others may lock something meanwhile.
 */
export class TablesPlace implements Place {
  readonly next = undefined;
  private resume: () => void = () => undefined;
  /** Who was there before it. */
  private before: ReadonlySet<Transaction> = new Set();

  constructor(
    private readonly by: Transaction,
    readonly subject: ErrorDetails,
    private readonly all: Set<TablesPlace>,
    private readonly locks: TablesLocks,
  ) {}

  get isInTheWay(): boolean {
    const {by, locks} = this;
    return locks.isHeld || locks.isGrantedBefore(by.wait?.number ?? Infinity);
  }

  get moves(): number {
    let moves = 0;
    for (const {isOver} of this.before) if (isOver) moves++;
    return moves;
  }

  holders(): readonly Transaction[] {
    return this.locks.holders();
  }

  blockers(): readonly Transaction[] {
    return this.locks.holders();
  }

  isBehind(other: Transaction): boolean {
    return this.locks.holders().includes(other);
  }

  isSameAs(other: Place): boolean {
    return other === this;
  }

  enter(resume: () => void): void {
    this.resume = resume;
    this.before = this.locks.users();
    this.all.add(this);
  }

  waitOn(): void {}

  leave(): void {
    this.all.delete(this);
  }

  wakeIfFree(): void {
    if (!this.locks.isHeld) this.resume();
  }
}
