/**
 * A test in the place of an operand: what a database asks of values that no
 * operator of ours says. It sees the whole value under a path, missing included.
 */
export class ValueTest {
  /** `text` describes the test behind the name of the property, for `explain`. */
  constructor(
    readonly text: string,
    readonly test: (value: unknown) => boolean,
  ) {}
}
