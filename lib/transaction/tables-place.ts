import type {ErrorDetails} from '../base/errors';
import type {Place, Transaction} from './transaction';

/** What there is to know of the locks in some tables. */
export interface TablesLocks {
  holders(): readonly Transaction[];
  /** Whether somebody is about to lock something who waits since before a wait. */
  isGrantedBefore(number: number): boolean;
  moves(): number;
}

/**
 * A place among those who wait until nobody has locked anything in some tables.
 * Others may lock something meanwhile.
 */
export class TablesPlace implements Place {
  private resume: () => void = () => undefined;

  constructor(
    private readonly by: Transaction,
    readonly subject: ErrorDetails,
    private readonly all: Set<TablesPlace>,
    private readonly locks: TablesLocks,
  ) {}

  get isInTheWay(): boolean {
    const {by, locks} = this;
    const number = by.wait?.number ?? Infinity;
    return locks.holders().length > 0 || locks.isGrantedBefore(number);
  }

  get moves(): number {
    return this.locks.moves();
  }

  holders(): readonly Transaction[] {
    return this.locks.holders();
  }

  blockers(): readonly Transaction[] {
    return this.locks.holders();
  }

  isSameAs(other: Place): boolean {
    return other === this;
  }

  enter(resume: () => void): void {
    this.resume = resume;
    this.all.add(this);
  }

  waitOn(): void {}

  leave(): void {
    this.all.delete(this);
  }

  wakeIfFree(): void {
    if (this.locks.holders().length === 0) this.resume();
  }
}
