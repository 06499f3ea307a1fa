import {unreachable} from '../../base/assert';
import {
  type SchemaChange,
  type Version,
  withHiddenId,
} from '../../database/database';
import {diff} from '../../schema/diff';
import {isKeyOf} from '../../schema/foreign-keys';
import type {
  ForeignKey,
  IndexDefinition,
  NativeColumn,
} from '../../schema/schema';
import {extensibleCopy, type Row, setOwn} from '../../value/copy';
import type {AlterAction, DdlStatement, MadeTable} from '../ddl';
import type {MigratedDatabase} from '../dialect';
import {withoutModel} from '../emulated-table';
import {dependentOn, schemaOf, shownTable, tableNamed} from './made-tables';

/** What becomes of the value of a column in each row. */
type Conversion = (value: unknown) => unknown;

/** In which order the actions of a statement are done, whatever theirs is. */
const passes: readonly AlterAction['kind'][] = [
  'drop column',
  'drop foreign key',
  'change type',
  'add column',
  'set nullable',
  'add foreign key',
];

/** The changes of `ALTER TABLE`. Fails as the database does. */
export function alteration(
  version: Version,
  {actions, name}: Extract<DdlStatement, {kind: 'alter table'}>,
  database: MigratedDatabase,
): SchemaChange[] {
  const table = tableNamed(version, name);
  if (table === undefined) throw database.ddl.errors.noTable(name);
  const altered = new AlteredTable(version, table, database);
  for (const pass of passes) {
    for (const action of actions) {
      if (action.kind === pass) altered.act(action);
    }
  }
  return altered.changes();
}

/** A table, and what the actions of a statement make of it. */
class AlteredTable {
  private readonly columns: Map<string, NativeColumn>;
  private readonly conversions = new Map<string, Conversion>();
  private readonly dropped = new Set<string>();
  /** Columns that must have a value from now on. */
  private readonly required = new Set<string>();
  private readonly added: ForeignKey[] = [];
  private foreignKeys: readonly ForeignKey[];
  private primaryKey: readonly string[];
  private indexes: readonly IndexDefinition[];

  constructor(
    private readonly version: Version,
    private readonly table: MadeTable,
    private readonly database: MigratedDatabase,
  ) {
    this.columns = new Map(Object.entries(table.native.columns));
    ({
      foreignKeys: this.foreignKeys,
      indexes: this.indexes,
      primaryKey: this.primaryKey,
    } = table);
  }

  private get name(): string {
    return this.table.native.name;
  }

  private get errors() {
    return this.database.ddl.errors;
  }

  act(action: AlterAction): void {
    switch (action.kind) {
      case 'add column':
        return this.addColumn(action.column);
      case 'drop column':
        return this.dropColumn(action.column);
      case 'change type':
        return this.changeType(action.column, action.type);
      case 'set nullable':
        return this.setNullable(action.column, action.isNullable);
      case 'drop foreign key':
        this.foreignKeys = this.foreignKeys.filter(
          ({name}) => name !== action.name,
        );
        return;
      case 'add foreign key':
        return this.addForeignKey(action.key);
      default:
        return unreachable(action);
    }
  }

  private addColumn(column: NativeColumn): void {
    const {ddl} = this.database;
    const {name} = column;
    if (this.columns.has(name)) throw this.errors.columnExists(name, this.name);
    ddl.checkColumn(column);
    this.columns.set(name, column);
    this.dropped.delete(name);
    const {defaultValue} = ddl.columnOf(withoutModel(name), column);
    this.conversions.set(name, () => defaultValue?.() ?? null);
    if (!column.isNullable) this.required.add(name);
  }

  private dropColumn(name: string): void {
    this.columnNamed(name);
    const on = `column ${name} of table ${this.name}`;
    const dependent = dependentOn(this.version, this.table, key =>
      key.parentProperties.includes(name),
    );
    if (dependent !== undefined) throw this.errors.isNeeded(on, dependent, on);
    this.columns.delete(name);
    this.dropped.add(name);
    if (this.primaryKey.includes(name)) this.primaryKey = [];
    this.indexes = this.indexes.filter(
      ({keys}) => !keys.some(({path}) => path === name),
    );
    this.foreignKeys = this.foreignKeys.filter(
      ({properties}) => !properties.includes(name),
    );
  }

  private changeType(name: string, type: string): void {
    const {ddl} = this.database;
    const column = this.columnNamed(name);
    const next = {...column, type};
    ddl.checkColumn(next);
    this.conversions.set(name, ddl.cast(column, next));
    this.columns.set(name, next);
    const {indexes} = this.table.native;
    for (const {isUnique, keys, name: index} of this.indexes) {
      const method = indexes[index];
      const isOnIt = keys.some(({path}) => path === name);
      if (method === undefined || !isOnIt) continue;
      const columns = keys.map(({path}) => this.columnNamed(path));
      ddl.checkIndex(method, columns, isUnique);
    }
  }

  private setNullable(name: string, isNullable: boolean): void {
    this.columns.set(name, {...this.columnNamed(name), isNullable});
    if (isNullable) this.required.delete(name);
    else this.required.add(name);
  }

  private columnNamed(name: string): NativeColumn {
    const column = this.columns.get(name);
    if (column === undefined) throw this.errors.noColumnOf(name, this.name);
    return column;
  }

  private addForeignKey(declared: ForeignKey): void {
    const {name, parent: parentName, parentProperties, properties} = declared;
    const {errors} = this;
    const parent =
      parentName === this.name
        ? this.schema()
        : tableNamed(this.version, parentName);
    if (parent === undefined) throw errors.noTable(parentName);
    const isTaken = [...this.foreignKeys, ...this.added].some(
      each => each.name === name,
    );
    const own = properties.map(each =>
      this.referenceColumn(each, this.columns),
    );
    const others = new Map(Object.entries(parent.native.columns));
    const theirs = parentProperties.map(each =>
      this.referenceColumn(each, others),
    );
    if (!isKeyOf(parent, parentProperties)) {
      throw errors.noReferencedKey(parentName);
    }
    for (const [i, column] of own.entries()) {
      const other = theirs[i]!;
      if (this.database.ddl.areComparable(column, other)) continue;
      throw errors.otherReferenceTypes(name, [column, other]);
    }
    if (isTaken) throw errors.foreignKeyExists(name, this.name);
    this.added.push({...declared, parent: parent.name});
  }

  private referenceColumn(
    name: string,
    columns: ReadonlyMap<string, NativeColumn>,
  ): NativeColumn {
    const column = columns.get(name);
    if (column === undefined) throw this.errors.noReferenceColumn(name);
    return column;
  }

  /** The table as it is to be. */
  private schema(): MadeTable {
    const {native} = this.table;
    const isLeft = (name: string) =>
      this.indexes.some(each => each.name === name);
    const indexes = Object.fromEntries(
      Object.entries(native.indexes).filter(([name]) => isLeft(name)),
    );
    const {foreignKeys, indexes: left} = this;
    return schemaOf(
      {
        name: this.table.name,
        primaryKey: this.primaryKey,
        indexes: left,
        foreignKeys: [...foreignKeys, ...this.added],
      },
      {...native, columns: Object.fromEntries(this.columns), indexes},
      this.database,
    );
  }

  /** The changes; rows fail in their order. */
  changes(): SchemaChange[] {
    const {name: table} = this.table;
    const next = this.schema();
    const rows = this.convertedRows();
    this.requireParents(
      next,
      rows.map(({row}) => row),
    );
    if (this.primaryKey !== this.table.primaryKey) {
      return rebuilding(
        next,
        rows.map(({row}) => row),
      );
    }
    const steps = diff(this.table, next);
    const keep = {kind: 'keep', schema: next} as const;
    const at = steps.findIndex(({kind}) => kind === 'declare') + 1;
    const updates = rows.filter(({isChanged}) => isChanged);
    return [
      {kind: 'schema', table, steps: [...steps.slice(0, at), keep]},
      {
        kind: 'rows',
        table,
        changes: updates.map(({id, row}) => ({kind: 'update', id, row})),
      },
      {kind: 'schema', table, steps: steps.slice(at)},
    ];
  }

  private convertedRows() {
    const {conversions, dropped, required} = this;
    const table = this.version.tables.get(this.table.name)!;
    const {keyOf} = table.ids;
    const isChanged = conversions.size + dropped.size > 0;
    const rows: {id: ReturnType<typeof keyOf>; row: Row; isChanged: boolean}[] =
      [];
    table.rows.forEach(old => {
      const copy = isChanged ? this.converted(old) : old;
      const isHidden = isChanged && this.table.primaryKey.length === 0;
      const row = isHidden ? withHiddenId(copy, keyOf(old)) : copy;
      for (const name of required) {
        if ((row[name] ?? null) !== null) continue;
        throw this.errors.containsNull(name, this.name);
      }
      rows.push({id: keyOf(old), row, isChanged});
    });
    return rows;
  }

  private converted(old: Row): Row {
    const row = extensibleCopy(old);
    for (const name of this.dropped) delete row[name];
    for (const [name, convert] of this.conversions) {
      const isNew = !Object.hasOwn(this.table.native.columns, name);
      const value = old[name] ?? null;
      if (isNew || this.dropped.has(name)) setOwn(row, name, convert(null));
      else if (value !== null) setOwn(row, name, convert(value));
    }
    return row;
  }

  /** Rows that are there must refer to something, by new foreign keys too. */
  private requireParents(next: MadeTable, rows: readonly Row[]): void {
    for (const key of this.added) {
      const isOwn = key.parent === this.table.name;
      const parents = new Set<string>();
      const note = (row: Row) =>
        void parents.add(keyIn(row, key.parentProperties));
      if (isOwn) rows.forEach(note);
      else this.version.tables.get(key.parent)!.rows.forEach(note);
      const orphan = rows.find(row => {
        const isComplete = key.properties.every(
          name => (row[name] ?? null) !== null,
        );
        return isComplete && !parents.has(keyIn(row, key.properties));
      });
      if (orphan === undefined) continue;
      const {native} = isOwn
        ? next
        : (this.version.tables.get(key.parent)!.kept as MadeTable);
      const shown = shownTable(next, this.database);
      throw this.errors.orphan({...key, parent: native.name}, shown, orphan);
    }
  }
}

/** The changes of a table that is made anew, for its rows have other ids. */
function rebuilding(next: MadeTable, rows: readonly Row[]): SchemaChange[] {
  const {name: table} = next;
  const [create, ...indexes] = diff(undefined, next);
  const keep = {kind: 'keep', schema: next} as const;
  const changes = rows.map(
    (row, i) => ({kind: 'insert', row: withHiddenId(row, i + 1)}) as const,
  );
  return [
    {kind: 'truncate', table, restartsIds: true},
    {kind: 'schema', table, steps: [create!, keep]},
    {kind: 'rows', table, changes},
    {kind: 'schema', table, steps: indexes},
  ];
}

/** Values of a row as one text, by which two rows can be compared. */
function keyIn(row: Row, names: readonly string[]): string {
  return JSON.stringify(names.map(name => String(row[name])));
}
