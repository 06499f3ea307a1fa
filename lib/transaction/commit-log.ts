import type {Table} from '../store/table';
import type {Change} from '../store/version';

/** A table as it was before a commit. */
export type TableBefore = (name: string) => Table | undefined;

/** Where commits are written down before anybody is told of them. */
export interface CommitLog {
  /** Whether so much is to be written that it should be before more comes. */
  readonly isFull: boolean;
  /**
   * Takes the changes of one commit, to be written at the next {@link write}.
   * When it throws nothing was taken, and the commit must not be.
   */
  append(changes: readonly Change[], tableBefore: TableBefore): void;
  /**
   * Writes down what was taken since the last call, at once. When it throws
   * nothing of that was written, and those commits must be taken back.
   */
  write(): void;
  /**
   * Resolves when what was written so far is as safe as was asked for;
   * undefined when it is already. Rejects when it never will be: those commits
   * are taken back then.
   */
  acknowledged(): Promise<void> | undefined;
}
