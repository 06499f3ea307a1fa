import {Script} from 'node:vm';
import {compileValueAt, type Path} from './path';

/** The values that rows have at some path, in their order; null where none is. */
export type ValuesAt = (rows: readonly object[]) => unknown[];

/** Takes values by a path; about 2 us for a name that is new. */
export function compileValuesAt(path: Path): ValuesAt {
  const name = path[0]!;
  if (path.length === 1 && !(name in Object.prototype)) return valuesOf(name);
  return valuesBy(compileValueAt(path));
}

/** Made anew for each name, for the reason that `select` gives. */
const source = new Script(`name => rows => {
  const values = Array(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = rows[i][name] ?? null;
  return values;
}`);

const known = new Map<string, ValuesAt>();

/** Names come from callers: for those beyond so many, closures must do. */
const maxKnown = 1_000;

function valuesOf(name: string): ValuesAt {
  const before = known.get(name);
  if (before !== undefined) return before;
  if (known.size >= maxKnown) return valuesBy(compileValueAt([name]));
  const make = source.runInThisContext() as (name: string) => ValuesAt;
  const values = make(name);
  known.set(name, values);
  return values;
}

function valuesBy(get: (row: object) => unknown): ValuesAt {
  return rows => rows.map(row => get(row) ?? null);
}
