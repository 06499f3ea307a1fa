/**
 * A type of property that is one of some texts: what `dataSource.EnumFactory` of
 * loopback-connector-mysql makes. It has them by their names in capital letters,
 * and as a function gives the one that is meant.
 */
export interface EnumType {
  (given: unknown): string | null | undefined;
  /** The texts behind the empty one, which is what a value is that is none. */
  readonly _values: readonly string[];
  /** As they stand in the declaration of a column. */
  readonly _string: string;
}

/** Makes an {@link EnumType}. Fails without texts. */
export function enumFactory(...given: readonly unknown[]): EnumType {
  if (given.length === 0) {
    // What the connector throws is no error.
    throw 'No arguments - could not create Enum.';
  }
  const texts = given.map(String);
  const values = ['', ...texts];
  const byName = new Map(texts.map(text => [text.toUpperCase(), text]));
  // Its name is that of the type of the property.
  function Enum(value: unknown): string | null | undefined {
    if (Number.isInteger(value)) return values[value as number];
    if (value === null) return null;
    if (typeof value !== 'string') return '';
    return byName.get(value) ?? (values.includes(value) ? value : '');
  }
  for (const [name, value] of byName) {
    Object.defineProperty(Enum, name, {value, enumerable: true});
  }
  const quoted = texts.filter(text => text !== '').map(text => `'${text}'`);
  return Object.freeze(
    Object.defineProperties(Enum as EnumType, {
      _values: {value: values},
      _string: {value: quoted.join(',')},
    }),
  );
}
