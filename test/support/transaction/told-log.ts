import type {Change} from '../../../lib/store/version';
import type {CommitLog} from '../../../lib/transaction/commit-log';

/** A log that writes, or fails to, as it is told. */
export class ToldLog implements CommitLog {
  readonly written: (readonly Change[])[][] = [];
  isFull = false;
  failure: Error | undefined;
  refusal: Error | undefined;
  private taken: (readonly Change[])[] = [];

  append(changes: readonly Change[]): void {
    if (this.refusal) throw this.refusal;
    this.taken.push(changes);
  }

  write(): void {
    const {taken} = this;
    this.taken = [];
    if (this.failure) throw this.failure;
    this.written.push(taken);
  }

  acknowledged(): undefined {
    return undefined;
  }
}
