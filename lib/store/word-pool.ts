/**
 * Arrays of one length that are used again, while many keys are sorted one index
 * after the other: making them anew costs collections of garbage.
 */
export class WordPool {
  private readonly free: Int32Array[] = [];

  constructor(readonly length: number) {}

  /** An array with anything in it. */
  take(): Int32Array {
    return this.free.pop() ?? new Int32Array(this.length);
  }

  /** Takes back an array that nobody uses any more. */
  give(words: Int32Array): void {
    this.free.push(words);
  }
}
