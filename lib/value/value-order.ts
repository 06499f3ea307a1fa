/** An order of values that is another one than `compareValues`. */
export interface ValueOrder {
  /** What it goes by, for `explain`: `en_US, nulls last`. */
  readonly name: string;
  readonly compare: (a: unknown, b: unknown) => number;
}

/** An `order` that is understood: keys, of which some have an order of their own. */
export class KeyedOrder {
  constructor(
    readonly keys: readonly {
      readonly path: string;
      readonly direction: 1 | -1;
      readonly by?: ValueOrder;
    }[],
  ) {}
}
