import {findTable, type Version} from '../../../lib/store/version';

/** What `verify` has to say of a {@link broken} version. */
export const whatIsBroken = /table City: index \w+/;

/** A version of which one index has lost an entry, behind the store's back. */
export function broken(version: Version): Version {
  const table = findTable(version, 'City')!;
  const [index, ...others] = table.indexes;
  const entries = index!.entries.ownedBy({});
  for (const [entry] of entries.batches({}, false)) {
    entries.delete(entry![0]);
    break;
  }
  const tables = version.tables.ownedBy({});
  tables.set('City', {...table, indexes: [{...index!, entries}, ...others]});
  return {...version, tables};
}
