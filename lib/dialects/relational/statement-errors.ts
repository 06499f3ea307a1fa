import type {RelationalDatabase} from '../dialect';

/** What of a database tells of its errors. */
type Rules = Pick<RelationalDatabase, 'phaseOf' | 'writes'>;

/**
 * What is wrong with a statement. A database reads a statement more than once, so
 * that it is not what stands first that it fails with: syntax comes before values.
 */
export class StatementErrors {
  /** The row of which values are read, from 1. */
  row = 1;
  private found: {readonly error: unknown; readonly phase: number} | undefined;

  constructor(private readonly rules: Rules) {}

  /** What the database would fail with; undefined where nothing was noted. */
  get first(): unknown {
    return this.found?.error;
  }

  /** What a part of the statement gives. Where it fails that is noted. */
  attempt<T, Otherwise>(part: () => T, otherwise: Otherwise): T | Otherwise {
    try {
      return part();
    } catch (error) {
      const {phaseOf, writes} = this.rules;
      const phase = phaseOf(error);
      if (this.found === undefined || phase < this.found.phase) {
        const own = writes.atRow?.(error as Error, this.row) ?? error;
        this.found = {error: own, phase};
      }
      return otherwise;
    }
  }

  /** Fails with what the database would fail with, if anything was noted. */
  throwFirst(): void {
    if (this.found !== undefined) throw this.found.error;
  }
}
