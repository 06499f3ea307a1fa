import {isDeepStrictEqual} from 'node:util';
import {columnWords} from '../base/column-words';
import {type InMemoryError, show, wordsOf} from '../base/errors';
import {
  eachInSlices,
  mapInSlices,
  runAtOnce,
  type Sliced,
  sortInSlices,
} from '../base/slices';
import {
  type Difference,
  differences,
  diff,
  type SchemaStep,
  withNames,
} from '../schema/diff';
import {canBeId} from '../schema/ids';
import {renamedColumns} from '../schema/renames';
import {
  columnType,
  type IndexDefinition,
  primaryKeyName,
  type TableSchema,
} from '../schema/schema';
import {withHiddenNumbers} from '../store/hidden-numbers';
import {indexKeys} from '../store/index-tree';
import {compileRowCheck} from '../store/row-check';
import type {RowChange, Table} from '../store/table';
import type {Key} from '../store/tree/key-order';
import type {Change} from '../store/version';
import {getOwn, type Row} from '../value/copy';
import type {Dialect} from '../value/dialect';
import {FormerNames, type MigrationSource} from './former-names';
import {type MigrationHints, RowConversion} from './row-conversion';

/** What becomes of one table: its declaration, and what it was until now. */
export interface TableTarget {
  /** As models declare it. */
  readonly schema: TableSchema;
  /** Undefined where there is nothing to keep. */
  readonly source: MigrationSource | undefined;
  readonly hints: MigrationHints;
}

/** A row that is in the way of a migration. */
export type Refuse = (problem: {
  readonly id: Key;
  readonly property: string;
  readonly value: unknown;
  readonly reason: string;
}) => void;

/** Works out what a migration does to one table. */
export class TableMigration {
  readonly steps: readonly Difference[];
  private readonly conversion: RowConversion;
  private readonly before: readonly Row[];
  /** In the order of those before. */
  private after: readonly Row[];
  private changedRows = 0;

  constructor(
    private readonly target: TableTarget,
    private readonly dialect: Dialect,
  ) {
    const {hints, schema, source} = target;
    this.before = source === undefined ? [] : allRows(source.table);
    this.after = this.before;
    const renames = {table: hints.formerTable, columns: hints.formerColumns};
    const kept = source && writtenFor(source.table, schema);
    this.steps = [
      ...differences(kept, schema, renames),
      ...this.renamesWithoutSchema(),
    ];
    const previous =
      kept && withNames(kept, renamedColumns(kept, schema, renames));
    this.conversion = new RowConversion(previous, schema, hints, this.steps);
  }

  /** The columns of which only the rows tell that they had another name. */
  private renamesWithoutSchema(): Difference[] {
    const {hints, schema, source} = this.target;
    if (source === undefined || source.table.kept !== undefined) return [];
    const formers = new FormerNames(hints.formerColumns, schema);
    for (const row of this.before) formers.note(row);
    return [...formers.found].map(
      ([from, column]) => ({kind: 'rename column', column, from}) as const,
    );
  }

  get name(): string {
    return this.target.schema.name;
  }

  /** The name of the table until now. */
  get formerName(): string {
    return this.target.source?.table.schema.name ?? this.name;
  }

  /** Whether there is nothing to do. */
  get isNone(): boolean {
    return this.steps.length === 0;
  }

  /** The tables to which rows may refer then that do not refer to them yet. */
  get parents(): string[] {
    const {conversion, steps, target} = this;
    if (!conversion.isNone || this.formerName !== this.name) {
      return target.schema.foreignKeys.map(({parent}) => parent);
    }
    return steps.flatMap(step =>
      step.kind === 'add foreign key' ? [step.foreignKey.parent] : [],
    );
  }

  /** Whether the rows are other ones than before. */
  get changesRows(): boolean {
    return this.changedRows > 0 || this.formerName !== this.name;
  }

  /** Converts the rows. What cannot be is refused, and the row stays as it is. */
  *convertRows(refuse: Refuse): Sliced<void> {
    const {source} = this.target;
    if (source === undefined) return;
    if (!this.conversion.isNone) yield* this.convert(source, refuse);
    const hasId = source.table.schema.primaryKey.length > 0;
    if (hasId && this.target.schema.primaryKey.length === 0) {
      const {keyOf} = source.table.ids;
      this.after = withHiddenNumbers(this.after, this.before.map(keyOf));
    }
  }

  private *convert({table}: MigrationSource, refuse: Refuse): Sliced<void> {
    const {ids} = table;
    this.after = yield* mapInSlices(this.before, row => {
      const id = ids.keyOf(row);
      const next = this.conversion.convert(row, id, problem =>
        refuse({id, ...problem}),
      );
      if (next !== row) this.changedRows++;
      return next;
    });
  }

  /**
   * The changes that make the table what it is to be; `holding` is the schema with
   * the foreign keys that can hold then.
   */
  changes(holding: TableSchema): Change[] {
    const {source} = this.target;
    if (source === undefined) return this.creating(holding);
    const {kept, schema} = source.table;
    // A foreign key may begin to hold because of another table.
    const isNone =
      this.steps.length === 0 && isDeepStrictEqual(schema, holding);
    if (isNone && source.isInVersion) return [];
    const ids = idText(holding);
    const isSame =
      source.isInVersion &&
      !source.isRecast &&
      this.formerName === this.name &&
      [kept ?? schema, schema].every(each => idText(each) === ids);
    return isSame
      ? this.updating(schema, holding)
      : this.rebuilding(source, holding);
  }

  private creating(holding: TableSchema): Change[] {
    const [create, ...addIndexes] = diff(undefined, holding);
    return this.around([create!], undefined, addIndexes);
  }

  private updating(schema: TableSchema, holding: TableSchema): Change[] {
    const {name: table} = this;
    const steps = diff(schema, holding);
    const at = steps.findIndex(({kind}) => kind === 'declare') + 1;
    const changes: RowChange[] = [];
    this.forEachRow((id, row, old) => {
      if (row !== old) changes.push({kind: 'update', id, row});
    });
    const rows =
      changes.length === 0
        ? undefined
        : ({kind: 'rows', table, changes} as const);
    return this.around(steps.slice(0, at), rows, steps.slice(at));
  }

  private rebuilding(
    {isInVersion}: MigrationSource,
    holding: TableSchema,
  ): Change[] {
    const {name: table, formerName} = this;
    const [create, ...addIndexes] = diff(undefined, holding);
    const changes: RowChange[] = this.after.map(row => ({kind: 'insert', row}));
    // Where there are none the journal still has the next id with them.
    const rows = {kind: 'rows', table, changes} as const;
    if (formerName !== table) {
      const all = this.around([create!], rows, addIndexes);
      return [...all, {kind: 'drop', table: formerName}];
    }
    // The files have rows of it, which go with this.
    const emptied = {kind: 'truncate', table, restartsIds: false} as const;
    if (isInVersion) {
      return [emptied, ...this.around([create!], rows, addIndexes)];
    }
    // One that is emptied has its indexes.
    const [created, ...rest] = this.around([create!], rows, []);
    return [created!, emptied, ...rest];
  }

  /** The changes of rows, and the steps that come before them and after. */
  private around(
    first: readonly SchemaStep[],
    rows: Extract<Change, {kind: 'rows'}> | undefined,
    last: readonly SchemaStep[],
  ): Change[] {
    const {name: table} = this;
    const {schema} = this.target;
    const changes: Change[] = [
      {
        kind: 'schema',
        table,
        steps: [...first, {kind: 'note', schema}, {kind: 'keep', schema}],
      },
    ];
    if (rows !== undefined) changes.push(rows);
    if (last.length > 0) changes.push({kind: 'schema', table, steps: last});
    return changes;
  }

  /** Visits the rows as they are to be, each with its id until now. */
  private forEachRow(visit: (id: Key, row: Row, old: Row) => void): void {
    runAtOnce(this.eachRow(visit));
  }

  private *eachRow(visit: (id: Key, row: Row, old: Row) => void): Sliced<void> {
    const {source} = this.target;
    if (source === undefined) return;
    const {keyOf} = source.table.ids;
    yield* eachInSlices(this.before, (old, i) =>
      visit(keyOf(old), this.after[i]!, old),
    );
  }

  /** Finds all rows with what can be no id, where ids are others than before. */
  *refuseBadIds(refuse: Refuse): Sliced<void> {
    const {schema, source} = this.target;
    const {primaryKey} = schema;
    const areOthers =
      String(source?.table.schema.primaryKey) !== String(primaryKey) ||
      this.steps.some(
        step => step.kind === 'change type' && primaryKey.includes(step.column),
      );
    const isOther = this.steps.some(({kind}) => kind === 'change id');
    if (!areOthers && !isOther) return;
    yield* this.eachRow((id, row) => {
      for (const property of primaryKey) {
        const value = getOwn(row, property);
        if (canBeId(value)) continue;
        const reason =
          (value ?? null) === null
            ? 'it becomes the id, and has no value'
            : `${show(value)} cannot be an id: that is a number, a string, a boolean, a date or bytes`;
        refuse({id, property, value, reason});
      }
    });
  }

  /** Finds all rows that break a rule which the table has from now on. O(n log n). */
  *refuseBroken(refuse: Refuse): Sliced<void> {
    const {schema} = this.target;
    const check = compileRowCheck(schema);
    yield* this.eachRow((id, row) => {
      const violation = check?.(row);
      if (violation !== undefined) refuse(problemOf(id, violation));
    });
    for (const index of [idIndex(schema), ...schema.indexes]) {
      if (index.isUnique) yield* this.refuseDuplicates(index, refuse);
    }
  }

  private *refuseDuplicates(
    index: IndexDefinition,
    refuse: Refuse,
  ): Sliced<void> {
    const {keyOf, order} = indexKeys(
      index,
      this.target.schema.primaryKey,
      this.dialect,
    );
    const rows: {readonly key: Key; readonly id: Key}[] = [];
    yield* this.eachRow((id, row) => {
      const key = keyOf(row);
      if (!hasNull(key)) rows.push({key, id});
    });
    const sorted = yield* sortInSlices(rows, (a, b) => order(a.key, b.key));
    const property = columnWords(
      this.name,
      index.keys.map(({path}) => path),
    );
    let [first] = sorted;
    yield* eachInSlices(sorted.slice(1), row => {
      const {id, key} = row;
      if (order(first!.key, key) !== 0) {
        first = row;
        return;
      }
      const other = show(first!.id);
      const reason = `${show(key)} is that of the row with id ${other} as well, and must be unique`;
      refuse({id, property, value: key, reason});
    });
  }
}

function allRows({rows}: Table): Row[] {
  const all: Row[] = [];
  rows.forEach(row => void all.push(row));
  return all;
}

/** For what the rows of a table were written; undefined where it is made. */
function writtenFor(
  {kept, schema: {name}}: Table,
  declared: TableSchema,
): TableSchema | undefined {
  // Of files that do not say it is taken to be what is declared.
  const isRenamed = name !== declared.name;
  return kept ?? (isRenamed ? {...declared, name} : undefined);
}

/** The properties of the id with their types; with others all rows have other keys. */
function idText(schema: TableSchema): string {
  const {primaryKey} = schema;
  return JSON.stringify(
    primaryKey.map(name => [name, columnType(schema, name)]),
  );
}

/** The ids, as if they had an index of their own. */
function idIndex({primaryKey}: TableSchema): IndexDefinition {
  return {
    name: primaryKeyName,
    kind: 'ordered',
    keys: primaryKey.map(path => ({path, direction: 1})),
    isUnique: primaryKey.length > 0,
  };
}

function hasNull(key: Key): boolean {
  return Array.isArray(key) ? key.includes(null) : key === null;
}

function problemOf(id: Key, error: InMemoryError) {
  const {property = '', value} = error.details;
  return {id, property, value, reason: wordsOf(error)};
}
