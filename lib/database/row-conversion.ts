import {InMemoryError, show} from '../base/errors';
import type {Difference} from '../schema/diff';
import {circleOf, type Renames} from '../schema/renames';
import type {Swap, TableSchema} from '../schema/schema';
import {withHiddenId} from '../store/table';
import type {Key} from '../store/tree/key-order';
import {equalValues} from '../value/compare';
import {copyIn, getOwn, type Row, setOwn} from '../value/copy';
import {RowShapes} from '../value/row-shapes';
import {ColumnConversion} from './column-conversion';
import type {FitRows} from './foreign-rows';
import {fileCastOf} from './row-casts';

/** What a migration is told of a table besides its schema; all by its columns. */
export interface MigrationHints {
  /** The table's former name. */
  readonly formerTable?: string | undefined;
  /** For columns with another former name, that name. */
  readonly formerColumns: Readonly<Record<string, string>>;
  /**
   * What rows have where the table, or columns, had no names of their own yet:
   * the name of the model, and by the columns those of the properties.
   */
  readonly unnamed?: Renames;
  /** Columns of which values may be converted that do not convert exactly. */
  readonly lossy: ReadonlySet<string>;
  readonly defaults?: Defaults | undefined;
  /** What becomes of rows that another database has written. */
  readonly fit?: FitRows | undefined;
}

/** Where columns have their values by default from. */
export interface Defaults {
  /** Those of which each row has one of its own, such as a random id. */
  readonly perRow: ReadonlySet<string>;
  /** Makes the values of all columns that have any, for a row. */
  readonly make: () => Readonly<Record<string, unknown>>;
}

/** The hints of a table of which nothing is told. */
export const noHints: MigrationHints = {formerColumns: {}, lossy: new Set()};

/** What several models tell of one table. */
export function mergeHints(hints: readonly MigrationHints[]): MigrationHints {
  if (hints.length === 1) return hints[0]!;
  return hints.reduce(
    (merged, {defaults, fit, formerColumns, formerTable, lossy, unnamed}) => ({
      formerTable: merged.formerTable ?? formerTable,
      formerColumns: {...formerColumns, ...merged.formerColumns},
      unnamed: {
        table: merged.unnamed?.table ?? unnamed?.table,
        columns: {...unnamed?.columns, ...merged.unnamed?.columns},
      },
      lossy: new Set([...merged.lossy, ...lossy]),
      defaults: joined(merged.defaults, defaults),
      fit: bothFit(merged.fit, fit),
    }),
    noHints,
  );
}

function bothFit(
  first: FitRows | undefined,
  second: FitRows | undefined,
): FitRows | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return {
    // Not twice: the same column may be that of both.
    read: first.read,
    write: row => [...first.write(row), ...second.write(row)],
  };
}

function joined(
  first: Defaults | undefined,
  second: Defaults | undefined,
): Defaults | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return {
    perRow: new Set([...first.perRow, ...second.perRow]),
    make: () => ({...second.make(), ...first.make()}),
  };
}

/** A schema with the columns that have each other's former names by its hints. */
export function withSwaps(
  schema: TableSchema,
  {formerColumns, unnamed}: MigrationHints,
): TableSchema {
  const names = Object.keys(formerColumns).filter(
    name => circleOf(name, formerColumns).length > 0,
  );
  if (names.length === 0) return schema;
  const swaps = names.map((name): [string, Swap] => {
    const from = formerColumns[name]!;
    const isOwn = unnamed?.columns[name] === from;
    return [name, {from, by: isOwn ? 'columnName' : 'renamedFrom'}];
  });
  return {...schema, swaps: Object.fromEntries(swaps)};
}

/** A value that keeps a row from its conversion. */
export interface Unconverted {
  readonly property: string;
  readonly value: unknown;
  readonly reason: string;
}

/** What {@link RowConversion.convert} is told of what it cannot convert. */
export type RefuseValue = (problem: Unconverted) => void;

/** A property of the rows as they are to be. */
interface Target {
  readonly name: string;
  /** The property that has its value until now; undefined for a new one. */
  readonly source: string | undefined;
  /** The former name of the column, where rows have it as well. */
  readonly former: string | undefined;
  /** Whether rows without a value get one by default. */
  readonly hasDefault: boolean;
  readonly conversion: ColumnConversion | undefined;
}

/** What becomes of rows that have the same properties in the same order. */
interface Plan {
  readonly names: readonly string[];
  readonly targets: readonly Target[];
  readonly targetNames: readonly string[];
  /** Whether the properties are others than before. */
  readonly isOther: boolean;
  /** Whether such rows stay as they are. */
  readonly isNone: boolean;
}

/** Makes of the rows of a table what a migration is to make of them. */
export class RowConversion {
  private readonly dropped = new Set<string>();
  private readonly newNames = new Map<string, string>();
  private readonly added: string[] = [];
  private readonly columns = new Map<string, ColumnConversion>();
  /** Dropped columns that are former names of columns which there were as well. */
  private readonly overtaken: (readonly [name: string, former: string])[];
  private readonly shapes: RowShapes;
  private readonly defaults: ColumnDefaults | undefined;
  /** Mostly rows have the properties of the row before. */
  private last: Plan | undefined;

  /** `previous` is the schema that is kept, under the new names of its columns. */
  constructor(
    private readonly previous: TableSchema | undefined,
    private readonly schema: TableSchema,
    private readonly hints: MigrationHints,
    steps: readonly Difference[],
  ) {
    this.shapes = new RowShapes([]);
    for (const step of steps) this.take(step);
    const {defaults, formerColumns, unnamed} = hints;
    this.overtaken = Object.entries(formerColumns).filter(
      ([name, former]) =>
        this.dropped.has(former) && unnamed?.columns[name] !== former,
    );
    if (defaults !== undefined && this.added.length > 0) {
      this.defaults = new ColumnDefaults(schema, defaults);
    }
  }

  private take(step: Difference): void {
    switch (step.kind) {
      case 'drop column':
        this.dropped.add(step.column);
        break;
      case 'rename column':
        this.newNames.set(step.from, step.column);
        break;
      case 'add column':
        this.added.push(step.column);
        // Rows may have values of that name, of any type.
        this.convertColumn(step.column, true);
        break;
      case 'change type':
        this.convertColumn(step.column, true);
        break;
      case 'change nested types':
      case 'change limits':
        this.convertColumn(step.column, false);
        break;
      default:
    }
  }

  private convertColumn(name: string, isRetyped: boolean): void {
    if (this.columns.has(name)) return;
    const {hints, previous, schema} = this;
    const isLossy = hints.lossy.has(name);
    const conversion = new ColumnConversion(name, {
      previous,
      schema,
      isRetyped,
      isLossy,
    });
    this.columns.set(name, conversion);
  }

  /** Whether all rows stay as they are. */
  get isNone(): boolean {
    const {columns, defaults, dropped, newNames} = this;
    const isFixed = columns.size + dropped.size + newNames.size === 0;
    return isFixed && defaults === undefined;
  }

  /** A row as it is to be; the row itself where it stays as it is. */
  convert(row: Row, id: Key, refuse: RefuseValue): Row {
    const plan = this.planFor(Object.keys(row));
    const {isOther, targetNames, targets} = plan;
    if (plan.isNone) return row;
    this.overtaken.forEach(names => refuseLoss(row, names, refuse));
    const values: unknown[] = [];
    let isChanged = isOther;
    this.defaults?.nextRow();
    for (const target of targets) {
      const {conversion, hasDefault, name, source} = target;
      const given = source === undefined ? null : valueIn(row, target, refuse);
      const value =
        given === null && hasDefault ? this.defaults!.valueOf(name) : given;
      const converted = conversion ? conversion.convert(value, refuse) : value;
      if (converted !== given) isChanged = true;
      values.push(converted);
    }
    if (!isChanged) return row;
    const next = this.shapes.blank(targetNames);
    for (const [i, name] of targetNames.entries())
      setOwn(next, name, values[i]);
    return this.schema.primaryKey.length === 0 ? withHiddenId(next, id) : next;
  }

  private planFor(names: readonly string[]): Plan {
    const {last} = this;
    if (last !== undefined && isSame(last.names, names)) return last;
    const targets = [...this.targetsOf(names), ...this.newTargets(names)];
    const targetNames = targets.map(({name}) => name);
    const isOther = !isSame(targetNames, names);
    const isNone =
      !isOther &&
      targets.every(({conversion, hasDefault}) => !conversion && !hasDefault);
    this.last = {names, targets, targetNames, isOther, isNone};
    return this.last;
  }

  private targetsOf(names: readonly string[]): Target[] {
    const targets: Target[] = [];
    for (const source of names) {
      const name = this.newNames.get(source) ?? source;
      // What was written under the new name by now has its place, and stays there.
      const isMet =
        name !== source && names.includes(name) && !this.newNames.has(name);
      if (isMet || this.dropped.has(source)) continue;
      targets.push({
        name,
        source,
        former: this.formerNameOf(name, names),
        hasDefault: this.hasDefault(name),
        conversion: this.columns.get(name),
      });
    }
    return targets;
  }

  private newTargets(names: readonly string[]): Target[] {
    return this.added
      .filter(name => !names.includes(name) && this.hasDefault(name))
      .map(name => ({
        name,
        source: undefined,
        former: undefined,
        hasDefault: true,
        conversion: undefined,
      }));
  }

  private hasDefault(name: string): boolean {
    return this.added.includes(name) && this.defaults?.has(name) === true;
  }

  /** The former name of a column, where rows have values under both. */
  private formerNameOf(
    name: string,
    names: readonly string[],
  ): string | undefined {
    return names.find(
      source => source !== name && this.newNames.get(source) === name,
    );
  }
}

/**
 * The value of a column that has one until now. A row that has another one under
 * the column's former name is refused.
 */
function valueIn(
  row: Row,
  {former, name, source}: Target,
  refuse: RefuseValue,
): unknown {
  const value = row[source!];
  if (former === undefined || source !== name) return value;
  const before = row[former] ?? null;
  if (before === null) return value;
  if (value === null) return before;
  if (!equalValues(before, value)) {
    const reason =
      `the row has ${show(value)} under this name, and ${show(before)} ` +
      `under the former name ${former}`;
    refuse({property: name, value, reason});
  }
  return value;
}

/** Refuses a row that would lose what it has under the former name of a column. */
function refuseLoss(
  row: Row,
  [name, former]: readonly [name: string, former: string],
  refuse: RefuseValue,
): void {
  const before = getOwn(row, former) ?? null;
  const value = getOwn(row, name) ?? null;
  if (before === null || equalValues(before, value)) return;
  const reason =
    `the row has ${show(before)} under the former name ${former}, which would ` +
    'be dropped, for there was a column of this name before; without ' +
    'renamedFrom it is';
  refuse({property: name, value, reason});
}

function isSame(names: readonly string[], others: readonly string[]): boolean {
  return (
    names.length === others.length &&
    names.every((name, i) => name === others[i])
  );
}

/** The values by default of columns, which are made as seldom as can be. */
class ColumnDefaults {
  /** Those of all rows, once they are asked for: a plan makes none. */
  private common: Readonly<Record<string, unknown>> | undefined;
  /** The values of the present row that are its own, once one is asked for. */
  private own: Readonly<Record<string, unknown>> | undefined;

  constructor(
    private readonly schema: TableSchema,
    private readonly defaults: Defaults,
  ) {}

  private get first(): Readonly<Record<string, unknown>> {
    this.common ??= this.made();
    return this.common;
  }

  private made(): Readonly<Record<string, unknown>> {
    const {defaults, schema} = this;
    try {
      return copyIn(defaults.make());
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      throw new InMemoryError(
        'INVALID_VALUE',
        `The values by default of ${schema.name} could not be made, and nothing ` +
          `was changed: ${what}`,
        {table: schema.name},
        {cause: error},
      );
    }
  }

  has(name: string): boolean {
    return (getOwn(this.first, name) ?? null) !== null;
  }

  nextRow(): void {
    this.own = undefined;
  }

  valueOf(name: string): unknown {
    const isOwn = this.defaults.perRow.has(name);
    if (isOwn) this.own ??= this.made();
    const value = getOwn(isOwn ? this.own! : this.first, name);
    return fileCastOf(name, this.schema)?.(value, name) ?? value;
  }
}
