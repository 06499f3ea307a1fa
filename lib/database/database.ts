import {assert} from '../base/assert';
import {InMemoryError} from '../base/errors';
import {diff} from '../schema/diff';
import {mergeSchemas} from '../schema/merge';
import {formatId, sequenceAfter} from '../schema/ids';
import type {TableSchema} from '../schema/schema';
import {
  apply,
  applyInPlace,
  type Change,
  emptyVersion,
  findTable,
  verify,
  type Version,
} from '../store/version';
import type {RowChange, Table} from '../store/table';
import {type Dialect, defaultDialect} from '../value/dialect';

export type {Version} from '../store/version';

/**
 * A database: the pointer to the newest version, and the one way to move it.
 * All statements go through {@link view} and {@link update}.
 */
export class Database {
  private version: Version;
  /** Whether somebody may hold the newest version besides us. */
  private isHeadKept = false;
  private readonly sequences = new Map<string, number>();
  private readonly declared = new Map<string, Map<string, TableSchema>>();
  private readonly unmigrated = new Map<string, Unmigrated>();

  constructor(dialect: Dialect = defaultDialect) {
    this.version = emptyVersion(dialect);
  }

  /**
   * The newest version, to keep: it never changes, a later one takes its place.
   */
  get head(): Version {
    this.isHeadKept = true;
    return this.version;
  }

  /**
   * Runs a statement that reads. It sees one version throughout, and must not
   * keep it.
   */
  view<T>(statement: (version: Version) => T): T {
    return statement(this.version);
  }

  /**
   * Runs a statement that writes. All its changes become visible at once when
   * it returns; when it throws, nothing has happened.
   */
  update<T>(statement: (writer: Writer) => T): T {
    const writer = new Writer(this.version, this.sequences, !this.isHeadKept);
    try {
      const result = statement(writer);
      this.moveTo(writer.version);
      return result;
    } catch (error) {
      // What was written in place is whole, and cannot be taken back.
      if (writer.isUsedUp) this.moveTo(writer.version);
      throw error;
    }
  }

  private moveTo(version: Version): void {
    if (version !== this.version) this.isHeadKept = false;
    this.version = version;
  }

  /**
   * Declares the table of a model. Declaring it again changes the table, its
   * rows are kept; a table shared by several models gets what all of them
   * declare. Where the rows contradict what is declared (a new unique index, new
   * ids), the table stays as it was and cannot be used until it is recreated or
   * declared otherwise. Fails with INVALID_MODEL when the models contradict
   * each other.
   */
  declare(model: string, schema: TableSchema): void {
    const {name} = schema;
    const models = new Map(this.declared.get(name));
    models.set(model, schema);
    const merged = mergeSchemas([...models.values()]);
    this.declared.set(name, models);
    this.unmigrated.delete(name);
    try {
      this.update(writer => migrate(writer, merged));
    } catch (error) {
      if (!(error instanceof InMemoryError)) throw error;
      this.unmigrated.set(name, {schema: merged, reason: error});
    }
  }

  /** Fails with INVALID_MODEL when a table is not as it was declared. */
  requireMigrated(table: string): void {
    const unmigrated = this.unmigrated.get(table);
    if (unmigrated === undefined) return;
    throw new InMemoryError(
      'INVALID_MODEL',
      `${table} cannot be used: its rows contradict its new definition ` +
        `(${unmigrated.reason.message}) Run automigrate, which deletes ` +
        'them, or go back to the former definition.',
      {...unmigrated.reason.details, table},
    );
  }

  /** Empties a table; generated ids begin at 1 again. */
  recreate(table: string): void {
    const schema = this.unmigrated.get(table)?.schema;
    this.update(writer => {
      writer.write([{kind: 'truncate', table, restartsIds: true}]);
      if (schema !== undefined) migrate(writer, schema);
    });
    this.unmigrated.delete(table);
    this.sequences.delete(table);
  }

  /**
   * Checks every invariant of the newest version. Returns what is wrong in
   * words; an empty array when all is well. O(rows and index entries).
   */
  verify(): string[] {
    return verify(this.version);
  }
}

/** A declared schema that the rows of its table contradict. */
interface Unmigrated {
  readonly schema: TableSchema;
  readonly reason: InMemoryError;
}

function migrate(writer: Writer, schema: TableSchema): void {
  const previous = findTable(writer.version, schema.name)?.schema;
  const steps = diff(previous, schema);
  if (steps.length === 0) return;
  writer.write([{kind: 'schema', table: schema.name, steps}]);
}

/** The database as a statement sees it while it writes. */
export class Writer {
  /** Whether the version that it began with was changed in place. */
  isUsedUp = false;
  private current: Version;
  private readonly afterGivenIds = new Map<string, number>();

  constructor(
    base: Version,
    private readonly sequences: Map<string, number>,
    private readonly mayUseUp: boolean,
  ) {
    this.current = base;
  }

  /** The version with everything written so far. */
  get version(): Version {
    return this.current;
  }

  /** Makes changes. Fails as {@link apply} does. */
  write(changes: readonly Change[]): void {
    assert(!this.isUsedUp, 'a last write is the last');
    this.current = apply(this.current, changes);
  }

  /**
   * Makes changes of rows after which the statement cannot fail any more. A
   * single one is made without copies where nobody else holds the version.
   */
  writeLast(table: string, changes: readonly RowChange[]): void {
    const [change] = changes;
    if (change === undefined) return;
    if (changes.length > 1 || !this.mayUseUp) {
      this.write([{kind: 'rows', table, changes}]);
    } else {
      assert(!this.isUsedUp, 'a last write is the last');
      this.current = applyInPlace(this.current, table, change);
      this.isUsedUp = true;
    }
  }

  /** Notes an id that a row of the statement has, so none like it is made. */
  noteId(table: Table, id: unknown): void {
    const {name, idGeneration} = table.schema;
    const next = sequenceAfter(idGeneration, id);
    if (next > (this.afterGivenIds.get(name) ?? 1)) {
      this.afterGivenIds.set(name, next);
    }
  }

  /**
   * A new id for a table, greater than all before. Ids are not given back when
   * the statement fails, so two statements never get the same.
   */
  generateId(table: Table): unknown {
    const {name, idGeneration} = table.schema;
    const sequence = Math.max(
      this.sequences.get(name) ?? 1,
      table.nextSequence,
      this.afterGivenIds.get(name) ?? 1,
    );
    this.sequences.set(name, sequence + 1);
    return formatId(idGeneration, sequence);
  }
}
