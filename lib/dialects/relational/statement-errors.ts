/**
 * What is wrong with a statement. A database reads a statement more than once, so
 * that it is not what stands first that it fails with: syntax comes before values.
 */
export class StatementErrors {
  private first: {readonly error: unknown; readonly phase: number} | undefined;

  /** `phaseOf` tells when an error is found. */
  constructor(private readonly phaseOf: (error: unknown) => number) {}

  /** What a part of the statement gives. Where it fails that is noted. */
  attempt<T, Otherwise>(part: () => T, otherwise: Otherwise): T | Otherwise {
    try {
      return part();
    } catch (error) {
      const phase = this.phaseOf(error);
      if (this.first === undefined || phase < this.first.phase) {
        this.first = {error, phase};
      }
      return otherwise;
    }
  }

  /** Fails with what the database would fail with, if anything was noted. */
  throwFirst(): void {
    if (this.first !== undefined) throw this.first.error;
  }
}
