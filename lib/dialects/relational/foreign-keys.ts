import type {Version} from '../../database/database';
import {isKeyOf} from '../../schema/foreign-keys';
import type {ForeignKey, NativeColumn} from '../../schema/schema';
import type {KeyOfTable, MadeTable} from '../ddl';
import type {MigratedDatabase} from '../dialect';
import {columnIn, tablesOf} from './made-tables';

/** A table that gets a foreign key, with those that it has. */
interface Child extends Pick<MadeTable, 'native'> {
  readonly keys: readonly ForeignKey[];
}

/**
 * A foreign key that is declared with the name of a table of the database, with
 * that of ours. Fails as the database does where there can be none such.
 */
export function keyOfTable(
  added: KeyOfTable,
  child: Child,
  parent: MadeTable | undefined,
  place: {readonly database: MigratedDatabase; readonly version: Version},
): ForeignKey {
  const {ddl} = place.database;
  const {errors, rules} = ddl;
  const {key} = added;
  if (parent === undefined) throw errors.noParent(added);
  const columnOf = (
    table: Pick<MadeTable, 'native'>,
    name: string,
    isOwn: boolean,
  ): NativeColumn => {
    const column = columnIn(table, name, rules);
    if (column !== undefined) return column;
    throw errors.noReferenceColumn(name, added, isOwn);
  };
  const own = key.properties.map(name => columnOf(child, name, true));
  const theirs = key.parentProperties.map(name =>
    columnOf(parent, name, false),
  );
  const parentProperties = theirs.map(({name}) => name);
  if (!isKeyOf(parent, parentProperties)) throw errors.noReferencedKey(added);
  ddl.checkForeignKey(
    added,
    own.map((column, i) => [column, theirs[i]!] as const),
  );
  const others =
    rules.keyNames === 'database'
      ? tablesOf(place.version).flatMap(({foreignKeys, native}) =>
          native.name === child.native.name ? [] : foreignKeys,
        )
      : [];
  const isTaken = [...child.keys, ...others].some(
    ({name}) => name === key.name,
  );
  if (isTaken) throw errors.foreignKeyExists(added);
  return {
    ...key,
    properties: own.map(({name}) => name),
    parentProperties,
    parent: parent.name,
  };
}
