import {diff} from '../schema/diff';
import {holdingNow} from '../schema/foreign-keys';
import type {TableSchema} from '../schema/schema';
import {withReferences} from '../store/foreign-keys';
import {apply, type Change, findTable, type Version} from '../store/version';

/** The change that makes a table what its schema says; none if it is so. */
export function migration(version: Version, schema: TableSchema): Change[] {
  const schemaIn = (table: string) => findTable(version, table)?.schema;
  const steps = diff(schemaIn(schema.name), holdingNow(schema, schemaIn));
  return steps.length === 0
    ? []
    : [{kind: 'schema', table: schema.name, steps}];
}

/** The version after some changes, and what follows from them. */
export function changed(version: Version, changes: readonly Change[]): Version {
  return changes.length === 0
    ? version
    : apply(version, withReferences(version, changes));
}
