import {
  type SchemaChange,
  type Version,
  withHiddenId,
} from '../../database/database';
import {diff} from '../../schema/diff';
import type {ForeignKey} from '../../schema/schema';
import {extensibleCopy, type Row, setOwn} from '../../value/copy';
import type {MadeTable} from '../ddl';
import type {MigratedDatabase} from '../dialect';
import {shownTable} from './made-tables';

/** What becomes of the value of a column in each row, which count from 1. */
type Conversion = (value: unknown, row: number) => unknown;

/** The rows of a table, and what `ALTER TABLE` makes of them. */
export class AlteredRows {
  private readonly conversions = new Map<string, Conversion>();
  private readonly dropped = new Set<string>();
  /** Columns that must have a value from now on. */
  private readonly required = new Set<string>();

  constructor(
    private readonly version: Version,
    private readonly table: MadeTable,
    private readonly database: MigratedDatabase,
  ) {}

  /** Has a column get other values, also where there was none of that name. */
  change(name: string, convert: Conversion): void {
    this.dropped.delete(name);
    this.conversions.set(name, convert);
  }

  drop(name: string): void {
    this.conversions.delete(name);
    this.dropped.add(name);
  }

  /** Whether a column must have a value, once all are converted. */
  require(name: string, isRequired: boolean): void {
    if (isRequired) this.required.add(name);
    else this.required.delete(name);
  }

  /** The changes to the table that is to be; `added` are its new foreign keys. */
  changes(next: MadeTable, added: readonly ForeignKey[]): SchemaChange[] {
    const {name: table} = this.table;
    const rows = this.convertedRows();
    this.requireParents(
      next,
      rows.map(({row}) => row),
      added,
    );
    if (String(next.primaryKey) !== String(this.table.primaryKey)) {
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
    const {errors} = this.database.ddl;
    const {keyOf} = table.ids;
    const isChanged = conversions.size + dropped.size > 0;
    const rows: {id: ReturnType<typeof keyOf>; row: Row; isChanged: boolean}[] =
      [];
    table.rows.forEach(old => {
      const number = rows.length + 1;
      const copy = isChanged ? this.converted(old, number) : old;
      const isHidden = isChanged && this.table.primaryKey.length === 0;
      const row = isHidden ? withHiddenId(copy, keyOf(old)) : copy;
      for (const name of required) {
        if ((row[name] ?? null) !== null) continue;
        throw errors.containsNull(name, this.table.native.name, number);
      }
      rows.push({id: keyOf(old), row, isChanged});
    });
    return rows;
  }

  private converted(old: Row, number: number): Row {
    const row = extensibleCopy(old);
    for (const name of this.dropped) delete row[name];
    for (const [name, convert] of this.conversions) {
      setOwn(row, name, convert(old[name] ?? null, number));
    }
    return row;
  }

  /** Rows that are there must refer to something, by new foreign keys too. */
  private requireParents(
    next: MadeTable,
    rows: readonly Row[],
    added: readonly ForeignKey[],
  ): void {
    const {ddl} = this.database;
    for (const key of added) {
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
      throw ddl.errors.orphan({...key, parent: native.name}, shown, orphan);
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
