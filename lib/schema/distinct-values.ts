/**
 * How many different values are kept at most; of columns with more nothing is
 * told that depends on them.
 */
const maxValues = 2_000_000;

/**
 * The different values of a column that may be a key, or refer to one: numbers
 * and texts. Where there are too many, or others, it knows nothing.
 */
export class DistinctValues {
  private values: Set<unknown> | undefined = new Set();
  private repeats = false;

  /** `isForUnique` says that they are of no use once one is there twice. */
  constructor(private readonly isForUnique: boolean) {}

  /** Takes note of one value. */
  note(value: unknown): void {
    const {values} = this;
    if (values === undefined || value === null || value === undefined) return;
    const {size} = values;
    const isKey = typeof value === 'string' || typeof value === 'number';
    if (!isKey || size === maxValues) {
      this.values = undefined;
      return;
    }
    values.add(value);
    if (values.size > size) return;
    this.repeats = true;
    if (this.isForUnique) this.values = undefined;
  }

  /** Whether there were values, and no two the same. */
  get areUnique(): boolean {
    return (this.values?.size ?? 0) > 0 && !this.repeats;
  }

  /** Whether there were values, and all of them are among others. */
  areAmong({values: others}: DistinctValues): boolean {
    const {values} = this;
    if (values === undefined || others === undefined) return false;
    if (values.size === 0 || values.size > others.size) return false;
    for (const value of values) if (!others.has(value)) return false;
    return true;
  }

  /** Whether there were values, and all of them are texts of this form. */
  areTextsLike(form: RegExp): boolean {
    const {values} = this;
    if (values === undefined || values.size === 0) return false;
    for (const value of values) {
      if (typeof value !== 'string' || !form.test(value)) return false;
    }
    return true;
  }
}
