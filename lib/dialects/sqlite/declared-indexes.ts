import type {ModelFacts} from '../dialect';

/** An index as loopback-connector-sqlite3 writes it. */
export interface DeclaredIndex {
  readonly name: string;
  readonly columns: readonly string[];
}

/** How `settings.indexes` declares one. */
interface Declared {
  readonly columns?: string;
  readonly keys?: readonly string[] | object;
}

/**
 * The indexes of a model: those of its properties, then those of its settings. None
 * of them is unique. From loopback-connector-sqlite3's `_buildColumnIndexes`.
 */
export function declaredIndexes({
  indexes,
  name: model,
  properties,
}: ModelFacts): DeclaredIndex[] {
  const all = properties
    .filter(({declared, name}) => declared['index'] && name)
    .map(({name}) => ({
      name: `${model}_${name}`.toLowerCase(),
      columns: [name.toLowerCase()],
    }));
  for (const [name, declared] of Object.entries(indexes)) {
    const columns = columnsOf(declared as Declared);
    if (columns) all.push({name: name.toLowerCase(), columns});
  }
  return all;
}

function columnsOf({columns, keys}: Declared): string[] | undefined {
  const names = columns
    ? columns.split(',')
    : keys && (Array.isArray(keys) ? (keys as string[]) : Object.keys(keys));
  return names?.map(name => name.toLowerCase().trim());
}
