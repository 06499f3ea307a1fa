import {isDeepStrictEqual} from 'node:util';
import {diff} from '../schema/diff';
import {holdingNow} from '../schema/foreign-keys';
import type {TableSchema} from '../schema/schema';
import {requireUnreferenced, withReferences} from '../store/foreign-keys';
import {apply, type Change, findTable, type Version} from '../store/version';
import type {Unmigrated} from './unmigrated';

/** The change that makes a table what its schema says; none if it is so. */
export function migration(version: Version, schema: TableSchema): Change[] {
  const schemaIn = (table: string) => findTable(version, table)?.schema;
  const holding = holdingNow(schema, schemaIn);
  const steps = diff(schemaIn(schema.name), holding);
  const noted = findTable(version, schema.name)?.declared;
  const isNoted = steps.length === 0 && isDeepStrictEqual(noted, schema);
  if (holding !== schema && !isNoted) steps.push({kind: 'note', schema});
  return steps.length === 0
    ? []
    : [{kind: 'schema', table: schema.name, steps}];
}

/** The tables to which the rows of one refer in `after` and did not in `before`. */
export function newParents(
  before: Version,
  after: Version,
  name: string,
): string[] {
  const {rows, schema} = findTable(after, name)!;
  if (rows.size === 0) return [];
  const known = findTable(before, name)?.schema.foreignKeys ?? [];
  return schema.foreignKeys
    .filter(key => !known.some(other => isDeepStrictEqual(key, other)))
    .map(({parent}) => parent);
}

/** The version after some changes, and what follows from them. */
export function changed(version: Version, changes: readonly Change[]): Version {
  return changes.length === 0
    ? version
    : apply(version, withReferences(version, changes));
}

/** The change that keeps a schema with the rows of a table. */
export function keepingOf(table: string, schema: TableSchema): Change {
  return {kind: 'schema', table, steps: [{kind: 'keep', schema}]};
}

/** What recreated tables are to be. */
interface Recreating {
  readonly schemaOf: (table: string) => TableSchema;
  /** The tables that are not as they are declared. */
  readonly unmigrated: ReadonlyMap<string, Unmigrated>;
}

/** The version in which some tables are empty and as they are declared. */
export function recreated(
  version: Version,
  tables: readonly string[],
  {schemaOf, unmigrated}: Recreating,
): {readonly version: Version; readonly changes: readonly Change[]} {
  requireUnreferenced(version, tables);
  const truncations = tables.map(
    table => ({kind: 'truncate', table, restartsIds: true}) as const,
  );
  let next = apply(
    version,
    truncations.filter(({table}) => findTable(version, table) !== undefined),
  );
  for (const table of tables) {
    const schema = unmigrated.get(table)?.schema;
    if (schema !== undefined) next = changed(next, migration(next, schema));
  }
  const kept = tables.map(name => keepingOf(name, schemaOf(name)));
  return {version: apply(next, kept), changes: [...truncations, ...kept]};
}
