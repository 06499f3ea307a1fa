import type {ModelFacts, PropertyFacts} from '../dialect';
import {nativeColumn} from './native-columns';

/** How long names are at the most, in bytes. */
const maxNameBytes = 63;

/** A name as PostgreSQL keeps it: it cuts those that are too long. */
export function cut(name: string): string {
  const bytes = Buffer.from(name);
  if (bytes.length <= maxNameBytes) return name;
  let end = maxNameBytes;
  while ((bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}

/** The name of the table of a model as the connector has it, of any length. */
export function declaredNameOf({name, tableName}: ModelFacts): string {
  return tableName ?? name.toLowerCase();
}

/** The name of the table of a model in the database. */
export function tableNameOf(model: ModelFacts): string {
  return cut(declaredNameOf(model));
}

/** The name of the column of a property in the database. */
export function columnNameOf(property: PropertyFacts): string {
  return cut(nativeColumn(property).name);
}
