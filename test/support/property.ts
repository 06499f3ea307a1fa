import {literal} from './literal';

/** A property of a table of a golden file. */
export interface Property {
  readonly name: string;
  /** As LoopBack defines properties. */
  readonly definition: Record<string, unknown>;
  /** Its value in a row, of which the first is 0. */
  readonly valueOf: (row: number) => unknown;
}

const propertyForm =
  /^(\w+) (\[?)(\w+)\]?((?: (?:id|index|unique))*)(?: = (.*))?$/;

/**
 * Understands `code String unique = 'c' + i`: name, type (`[String]` for arrays),
 * whether it is the id or has an index, and its value in the row i.
 */
export function parseProperty(text: string): Property {
  const [, name, bracket, typeName, words = '', formula = 'undefined'] =
    propertyForm.exec(text) ?? refuse(text);
  const type = bracket === '[' ? [typeName] : typeName;
  return {
    name: name!,
    definition: {
      type,
      ...(words.includes(' id') ? {id: true} : {}),
      ...(words.includes(' index') ? {index: true} : {}),
      ...(words.includes(' unique') ? {index: {unique: true}} : {}),
    },
    valueOf: literal(`i => (${formula})`),
  };
}

function refuse(text: string): never {
  throw new Error(`Not a property: ${text}`);
}
