import {unreachable} from '../../base/assert';
import {Kind, kindOf} from '../../value/compare';
import type {Table} from '../../store/table';

/**
 * The keys under which the rows of a table stand in a data file: `String(id)`,
 * and the JSON text of an array where several properties make the id. No two
 * rows have the same; a number next to the same digits as a text gets a `#`.
 */
export function rowKeys(table: Table): (id: unknown) => string {
  if (table.schema.primaryKey.length > 1) return injectiveText;
  const {rows} = table;
  const mayHaveTexts =
    kindOf(rows.firstKey()) <= Kind.string &&
    kindOf(rows.lastKey()) >= Kind.string;
  return id => {
    if (typeof id === 'string') return id;
    let key = isSimple(id) ? String(id) : injectiveText(id);
    if (!mayHaveTexts) return key;
    while (rows.has(key)) key += '#';
    return key;
  };
}

function isSimple(id: unknown): boolean {
  return typeof id !== 'object' || id === null;
}

/** JSON text, but values that differ always have another: JSON lacks types. */
function injectiveText(value: unknown): string {
  const kind = kindOf(value);
  switch (kind) {
    case Kind.null:
      return 'null';
    case Kind.invalid:
      return '{"invalid":true}';
    case Kind.boolean:
    case Kind.number:
      return String(value);
    case Kind.string:
      return JSON.stringify(value);
    case Kind.date:
      return `{"date":${JSON.stringify(value)}}`;
    case Kind.bytes:
      return `{"bytes":"${Buffer.from(value as Uint8Array).toString('hex')}"}`;
    case Kind.array:
      return `[${(value as unknown[]).map(injectiveText).join()}]`;
    case Kind.object:
      return `{"object":${injectiveText(Object.entries(value as object))}}`;
    default:
      return unreachable(kind);
  }
}
