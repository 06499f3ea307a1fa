import {unreachable} from '../../base/assert';
import type {SchemaChange, Version} from '../../database/database';
import {
  beginsWith,
  indexBeginningWith,
  isKeyOf,
  pathsOf,
} from '../../schema/foreign-keys';
import type {
  ForeignKey,
  IndexDefinition,
  NativeColumn,
} from '../../schema/schema';
import type {AlterAction, DdlStatement, MadeIndex, MadeTable} from '../ddl';
import type {MigratedDatabase} from '../dialect';
import {AlteredRows} from './altered-rows';
import {keyOfTable} from './foreign-keys';
import {
  columnIn,
  dependentOn,
  dependentsOn,
  schemaOf,
  tableNamed,
} from './made-tables';

/** The changes of `ALTER TABLE`. Fails as the database does. */
export function alteration(
  version: Version,
  {actions, name}: Extract<DdlStatement, {kind: 'alter table'}>,
  database: MigratedDatabase,
): SchemaChange[] {
  const {errors, rules} = database.ddl;
  const table = tableNamed(version, name);
  if (table === undefined) throw errors.noTable(name);
  const altered = new AlteredTable(version, table, database);
  for (const kind of rules.order) {
    for (const action of actions) {
      if (action.kind === kind) altered.act(action);
    }
  }
  return altered.changes();
}

/** The names of indexes, and how the database has them. */
type Methods = Record<string, string>;

/** A table, and what the actions of a statement make of it. */
class AlteredTable {
  private readonly columns: Map<string, NativeColumn>;
  private readonly rows: AlteredRows;
  private readonly droppedColumns: string[] = [];
  private readonly droppedIndexes: IndexDefinition[] = [];
  private readonly changedColumns: NativeColumn[] = [];
  private readonly added: ForeignKey[] = [];
  private readonly methods: Methods;
  private foreignKeys: readonly ForeignKey[];
  private primaryKey: readonly string[];
  private indexes: readonly IndexDefinition[];

  constructor(
    private readonly version: Version,
    private readonly table: MadeTable,
    private readonly database: MigratedDatabase,
  ) {
    this.columns = new Map(Object.entries(table.native.columns));
    this.methods = {...table.native.indexes};
    this.rows = new AlteredRows(version, table, database);
    ({
      foreignKeys: this.foreignKeys,
      indexes: this.indexes,
      primaryKey: this.primaryKey,
    } = table);
  }

  private get name(): string {
    return this.table.native.name;
  }

  private get ddl() {
    return this.database.ddl;
  }

  private get errors() {
    return this.ddl.errors;
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
      case 'change column':
        return this.changeColumn(action.column);
      case 'add index':
        return this.addIndex(action);
      case 'drop index':
        return this.dropIndex(action.name);
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
    const {ddl} = this;
    const {name} = column;
    if (columnIn(this.part, name, ddl.rules) !== undefined) {
      throw this.errors.columnExists(name, this.name);
    }
    ddl.checkColumn(column);
    this.columns.set(name, column);
    this.rows.change(name, ddl.addedValue(column, this.table));
    this.rows.require(name, !column.isNullable && ddl.rules.addedNeedsValue);
  }

  private dropColumn(name: string): void {
    this.columnNamed(name);
    this.columns.delete(name);
    this.droppedColumns.push(name);
    this.rows.drop(name);
    if (this.primaryKey.includes(name)) this.primaryKey = [];
    const isShortened = this.ddl.rules.indexOfDropped === 'shortened';
    this.indexes = this.indexes.flatMap(index => {
      const keys = index.keys.filter(({path}) => path !== name);
      if (keys.length === index.keys.length) return [index];
      const refusal = this.errors.shortensUnique?.(name);
      const isPart = keys.length > 0 && index.isUnique;
      if (isPart && refusal !== undefined) throw refusal;
      return isShortened && keys.length > 0 ? [{...index, keys}] : [];
    });
    this.foreignKeys = this.foreignKeys.filter(
      ({properties}) => !properties.includes(name),
    );
  }

  private changeType(name: string, type: string): void {
    const {ddl} = this;
    const column = this.columnNamed(name);
    const next = {...column, type};
    ddl.checkColumn(next);
    const cast = ddl.cast(column, next, this.name);
    this.rows.change(name, value => (value === null ? null : cast(value)));
    this.columns.set(name, next);
    this.checkIndexesOn(name);
  }

  private setNullable(name: string, isNullable: boolean): void {
    this.columns.set(name, {...this.columnNamed(name), isNullable});
    this.rows.require(name, !isNullable);
  }

  private changeColumn(column: NativeColumn): void {
    const {ddl, errors} = this;
    const {name} = column;
    const from = this.columnNamed(name);
    ddl.checkColumn(column);
    const cast = ddl.cast(from, column, this.name);
    const {writes} = this.database;
    this.rows.change(name, (value, row) => {
      if (value === null) {
        const given = column.isNullable ? null : ddl.valueForNull?.(column);
        if (given === undefined) {
          throw errors.containsNull(name, this.name, row);
        }
        return given;
      }
      try {
        return cast(value);
      } catch (error) {
        throw writes.atRow?.(error as Error, row) ?? error;
      }
    });
    this.columns.set(name, {
      ...column,
      ...(from.isGenerated && {isGenerated: true}),
    });
    this.changedColumns.push(from);
    this.checkIndexesOn(name);
  }

  private checkIndexesOn(name: string): void {
    for (const index of this.indexes) {
      const method = this.methods[index.name];
      const isOnIt = index.keys.some(({path}) => path === name);
      if (method === undefined || !isOnIt) continue;
      const columns = index.keys.map(({path}) => this.columnNamed(path));
      this.ddl.checkIndex({method, index}, columns);
    }
  }

  private columnNamed(name: string): NativeColumn {
    const column = this.columns.get(name);
    if (column !== undefined) return column;
    throw this.errors.noColumnOf(name, this.name, 'alter');
  }

  private addIndex({index, method}: MadeIndex): void {
    const {ddl, errors} = this;
    const columns = index.keys.map(({path}) => {
      const column = columnIn(this.part, path, ddl.rules);
      if (column === undefined) throw errors.noIndexColumn(path);
      return column;
    });
    ddl.checkIndex({index, method}, columns);
    if (this.hasIndex(index.name)) throw errors.indexExists(index.name);
    const keys = index.keys.map((key, i) => ({...key, path: columns[i]!.name}));
    this.setIndex({...index, keys}, method);
  }

  private dropIndex(name: string): void {
    const index = this.indexes.find(each => each.name === name);
    if (index === undefined) throw this.errors.noIndex(name);
    this.droppedIndexes.push(index);
    this.indexes = this.indexes.filter(each => each !== index);
    delete this.methods[name];
  }

  private hasIndex(name: string): boolean {
    return this.indexes.some(
      each => each.name === name && Object.hasOwn(this.methods, name),
    );
  }

  /** Takes the place of what foreign keys needed an index of their own for. */
  private setIndex(index: IndexDefinition, method: string): void {
    const {keyIndex} = this.ddl.rules;
    const others = this.indexes.filter(each => {
      const isReplaced =
        this.methods[each.name] === keyIndex &&
        keyIndex !== undefined &&
        beginsWith(pathsOf(index), pathsOf(each));
      if (isReplaced) delete this.methods[each.name];
      return !isReplaced && each.name !== index.name;
    });
    this.indexes = [...others, index];
    this.methods[index.name] = method;
  }

  private addForeignKey(declared: ForeignKey): void {
    const {keyIndex} = this.ddl.rules;
    const needsIndex =
      keyIndex !== undefined && !this.isFound(declared.properties);
    if (needsIndex && this.hasIndex(declared.name)) {
      throw this.errors.indexExists(declared.name);
    }
    const parent =
      declared.parent === this.name
        ? this.schema()
        : tableNamed(this.version, declared.parent);
    const key = keyOfTable(
      {key: declared, table: this.name},
      {
        ...this.part,
        keys: [...this.foreignKeys, ...this.added],
      },
      parent,
      {database: this.database, version: this.version},
    );
    this.added.push(key);
    if (!needsIndex) return;
    const keys = key.properties.map(path => ({path, direction: 1}) as const);
    this.setIndex(
      {name: key.name, kind: 'ordered', keys, isUnique: false},
      keyIndex,
    );
  }

  /** Whether rows are found by some columns without another index. */
  private isFound(properties: readonly string[]): boolean {
    const {indexes, methods, primaryKey} = this;
    const own = indexes.filter(({name}) => Object.hasOwn(methods, name));
    return (
      beginsWith(primaryKey, properties) ||
      indexBeginningWith({primaryKey, indexes: own}, properties) !== undefined
    );
  }

  /** The columns as they are to be. */
  private get part(): Pick<MadeTable, 'native'> {
    const columns = Object.fromEntries(this.columns);
    return {native: {...this.table.native, columns}};
  }

  /** The table as it is to be. */
  private schema(): MadeTable {
    const {foreignKeys, indexes, methods, primaryKey} = this;
    const {name} = this.table;
    const left = Object.entries(methods).filter(([index]) =>
      indexes.some(each => each.name === index),
    );
    return schemaOf(
      {name, primaryKey, indexes, foreignKeys: [...foreignKeys, ...this.added]},
      {...this.part.native, indexes: Object.fromEntries(left)},
      this.database,
    );
  }

  /** The changes; rows fail in their order. */
  changes(): SchemaChange[] {
    if (this.columns.size === 0 && this.errors.dropsAllColumns !== undefined) {
      throw this.errors.dropsAllColumns();
    }
    this.requireIndexesOfKeys();
    this.requireColumnsOfKeys();
    return this.rows.changes(this.schema(), this.added);
  }

  /** An index that is dropped must not be the only one that a foreign key has. */
  private requireIndexesOfKeys(): void {
    const {indexes, primaryKey} = this;
    const isNeeded = (index: IndexDefinition) => {
      const on = (properties: readonly string[]) =>
        beginsWith(pathsOf(index), properties);
      const own = this.foreignKeys.find(
        ({properties}) => on(properties) && !this.isFound(properties),
      );
      if (own !== undefined) return {key: own, table: this.name};
      return dependentOn(
        this.version,
        this.table,
        ({parentProperties}) =>
          on(parentProperties) &&
          !isKeyOf({indexes, primaryKey}, parentProperties),
      );
    };
    for (const index of this.droppedIndexes) {
      const by = isNeeded(index);
      if (by === undefined) continue;
      const {name} = index;
      throw this.errors.isNeeded({kind: 'index', name, table: this.name, by});
    }
  }

  /** Columns that foreign keys are on, or refer to, must stay what they are. */
  private requireColumnsOfKeys(): void {
    const {errors, name: table} = this;
    const others = dependentsOn(this.version, this.table);
    for (const name of this.droppedColumns) {
      const by = others.find(({key}) => key.parentProperties.includes(name));
      if (by === undefined) continue;
      throw errors.isNeeded({kind: 'column', name, table, by});
    }
    for (const from of this.changedColumns) {
      const to = this.columns.get(from.name)!;
      const own = this.foreignKeys
        .filter(({properties}) => properties.includes(from.name))
        .map(key => errors.keyColumnChanges?.({from, to}, {key, table}, true));
      const theirs = others
        .filter(({key}) => key.parentProperties.includes(from.name))
        .map(by => errors.keyColumnChanges?.({from, to}, by, false));
      const error = [...own, ...theirs].find(each => each !== undefined);
      if (error !== undefined) throw error;
    }
  }
}
