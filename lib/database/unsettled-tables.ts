import {InMemoryError} from '../base/errors';
import type {RecoveredTable} from '../persistence/recovered-table';
import type {TableSchema} from '../schema/schema';
import {findTable, type Version} from '../store/version';
import type {Unmigrated} from './unmigrated';

/** What is known of tables that are not, or not yet surely, as they are declared. */
export class UnsettledTables {
  /** Tables whose rows contradict what is declared. */
  readonly unmigrated = new Map<string, Unmigrated>();
  /** Tables with rows that may be other ones than the files have. */
  readonly recast = new Set<string>();
  /** Tables with rows of files that do not say for what they were written. */
  readonly untold = new Set<string>();
  /** Tables of files that have another name by now, by their former ones. */
  readonly renamed = new Map<string, string>();

  /** `recovered` is what the files have and no table has taken yet. */
  constructor(readonly recovered: Map<string, RecoveredTable> = new Map()) {}

  /** Notes a table whose rows contradict its schema. */
  attempt(schema: TableSchema, migrate: () => void): void {
    this.unmigrated.delete(schema.name);
    try {
      migrate();
    } catch (error) {
      if (!(error instanceof InMemoryError)) throw error;
      this.unmigrated.set(schema.name, {schema, reason: error});
    }
  }

  /** Notes that a table is what it is declared to be, and has gone on from another. */
  settle(formerName: string, name: string): void {
    this.unmigrated.delete(name);
    this.recast.delete(formerName);
    this.untold.delete(formerName);
    if (formerName !== name) this.renamed.set(formerName, name);
  }

  /** What the files have and no table of a version has taken. */
  left(version: Version): Map<string, RecoveredTable> {
    const left = new Map(this.recovered);
    for (const [former, name] of this.renamed) {
      if (findTable(version, name)?.kept !== undefined) left.delete(former);
    }
    return left;
  }

  /** The same, for who keeps it while this one changes. O(tables). */
  copy(): UnsettledTables {
    const copy = new UnsettledTables(new Map(this.recovered));
    for (const [name, each] of this.unmigrated) copy.unmigrated.set(name, each);
    for (const name of this.recast) copy.recast.add(name);
    for (const name of this.untold) copy.untold.add(name);
    for (const [former, name] of this.renamed) copy.renamed.set(former, name);
    return copy;
  }
}
