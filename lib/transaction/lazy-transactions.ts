import type {Cuttable} from '../base/cuttable';
import {writeAtOnce} from './direct-write';
import type {Head} from './head';
import {loadTransactions} from './on-demand';
import type {StatementOptions, WriteView} from './statement';
import type {TransactionOptions, Transactions} from './transactions';

/**
 * The transactions of a database. They are made when they are first asked for: until
 * then each statement is a transaction of its own and meets no other.
 */
export class LazyTransactions {
  private made: Transactions | undefined;

  constructor(
    private readonly head: Head,
    private readonly options: TransactionOptions,
  ) {}

  /** Those that were made; undefined where nobody could have begun one. */
  get known(): Transactions | undefined {
    return this.made;
  }

  get all(): Transactions {
    if (this.made === undefined) {
      const {Transactions: Made} = loadTransactions();
      this.made = new Made(this.head, this.options);
    }
    return this.made;
  }

  /** Runs a statement as a transaction of its own, which waits for locks. */
  writeAlone<T>(
    statement: (view: WriteView) => Cuttable<T>,
    options: StatementOptions,
  ): T | Promise<T> {
    return this.made === undefined && options.slices === undefined
      ? writeAtOnce(this.head, statement, options.deadline)
      : this.all.writeAlone(statement, options);
  }
}
