/** An order of texts, which may take texts for equal that are not the same. */
export interface TextOrder {
  readonly name: string;
  readonly compare: (a: string, b: string) => number;
}

/**
 * One of some texts, in the place of an operand: values equal one of them by an
 * order of texts, which is also that of keys.
 */
export class OneOfTexts {
  /** In ascending order, without repetition. */
  readonly texts: readonly string[];

  constructor(
    texts: readonly string[],
    readonly order: TextOrder,
  ) {
    const {compare} = order;
    this.texts = texts
      .toSorted(compare)
      .filter((text, i, all) => i === 0 || compare(all[i - 1]!, text) !== 0);
  }

  has(value: unknown): boolean {
    if (typeof value !== 'string') return false;
    const {compare} = this.order;
    return this.texts.some(text => compare(text, value) === 0);
  }
}
