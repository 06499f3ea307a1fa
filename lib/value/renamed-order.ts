/**
 * An `order` whose texts name properties that rows have under other names. Texts
 * with the other names would not do: a name may have a space or a comma in it.
 */
export class RenamedOrder {
  /** `columnOf` gives the path in rows for a path in the order. */
  constructor(
    readonly order: unknown,
    readonly columnOf: (path: string) => string,
  ) {}
}
