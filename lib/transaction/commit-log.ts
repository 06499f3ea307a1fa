import type {Change} from '../store/version';

/** Where commits are written down before they become the newest version. */
export interface CommitLog {
  /**
   * Writes down the changes of one commit, at once. When it throws nothing was
   * written, and the commit must not be.
   */
  append(changes: readonly Change[]): void;
  /**
   * Resolves when what was appended so far is as safe as was asked for;
   * undefined when it is already. Rejects when it never will be: those commits
   * are taken back then.
   */
  acknowledged(): Promise<void> | undefined;
}
