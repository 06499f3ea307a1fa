import {isDeepStrictEqual} from 'node:util';
import {columnWord, columnWords, hasColumns, named} from '../base/column-words';
import {InMemoryError, type MigrationProblem, show} from '../base/errors';
import type {Sliced} from '../base/slices';
import type {Difference} from '../schema/diff';
import {differenceText} from '../schema/difference-text';
import {holdingNow} from '../schema/foreign-keys';
import {findParent, isComplete, type Reference} from '../store/references';
import type {Key} from '../store/tree/key-order';
import {applying, type Change, findTable, type Version} from '../store/version';
import {getOwn, type Row} from '../value/copy';
import {ValueMap} from '../value/value-map';
import {TableMigration, type TableTarget} from './table-migration';

/** A step of a migration, as data and in words. */
export type MigrationStep = Difference & {
  readonly table: string;
  /** How many values go with a column that is dropped. */
  readonly rows?: number;
  readonly text: string;
};

/** What a migration comes to: the version, and the changes that lead there. */
export interface Migrated {
  readonly version: Version;
  readonly changes: readonly Change[];
}

/**
 * A migration of some tables to what is declared of them: all of it or nothing.
 *
 *   kept schema --differences--> steps       (data; nothing is run)
 *   rows --RowConversion--> rows as they are to be, or what is in the way
 *   both --changes--> one commit
 */
export class Migration {
  readonly tables: readonly TableMigration[];

  constructor(
    private readonly version: Version,
    private readonly targets: readonly TableTarget[],
  ) {
    this.tables = targets.map(
      target => new TableMigration(target, version.dialect),
    );
  }

  /** Whether there is nothing to do. */
  get isNone(): boolean {
    return this.tables.every(({isNone}) => isNone);
  }

  /**
   * The tables that nobody may have locked: those that become others, or are among
   * `broken` ones, and parents of rows that do or that are to have one from then.
   */
  concerned(broken: ReadonlyMap<string, unknown>): string[] {
    const concerned = this.tables
      .filter(({isNone, name}) => !isNone || broken.has(name))
      .flatMap(({formerName, name, parents}) => [name, formerName, ...parents]);
    return [...new Set(concerned)];
  }

  /** What it does, in its order. O(rows) where columns are dropped. */
  steps(): MigrationStep[] {
    return this.targets.flatMap((target, i) => {
      const {name, steps} = this.tables[i]!;
      return steps.map(step => {
        const text = differenceText(name, step);
        if (step.kind !== 'drop column') return {...step, table: name, text};
        const rows = countValues(target, step.column);
        const values = rows === 1 ? 'value' : 'values';
        const what = `${text}, and ${rows} ${values} with it`;
        return {...step, table: name, rows, text: what};
      });
    });
  }

  /**
   * The version as it is to be, as work that can be cut. Fails with
   * MIGRATION_REFUSED, and lists what is in the way.
   */
  *run(isCut: boolean): Sliced<Migrated> {
    const problems = new Problems();
    for (const table of this.tables) {
      const refuse = problems.of(table.name);
      yield* table.convertRows(refuse);
      yield* table.refuseBadIds(refuse);
    }
    if (problems.areSome) yield* this.refuseBroken(problems);
    const changes = this.changes();
    let version: Version;
    try {
      version = yield* applying(this.version, changes, isCut);
    } catch (error) {
      if (error instanceof InMemoryError) {
        yield* this.refuseBroken(problems, error);
      }
      throw error;
    }
    yield* this.refuseOrphans(version, problems);
    problems.throwIfAny();
    return {version, changes};
  }

  private *refuseBroken(problems: Problems, cause?: Error): Sliced<void> {
    for (const table of this.tables) {
      yield* table.refuseBroken(problems.of(table.name));
    }
    problems.throwIfAny(cause);
  }

  private changes(): Change[] {
    const {targets, version} = this;
    const schemaIn = (name: string) =>
      targets.find(({schema}) => schema.name === name)?.schema ??
      findTable(version, name)?.schema;
    return this.tables.flatMap((table, i) =>
      table.changes(holdingNow(targets[i]!.schema, schemaIn)),
    );
  }

  /** Foreign keys hold for rows that were written without them, too. */
  private *refuseOrphans(version: Version, problems: Problems): Sliced<void> {
    const changed = new Set<string>();
    for (const {changesRows, name} of this.tables) {
      if (changesRows) changed.add(name);
    }
    for (const [child, references] of version.references.ofChild) {
      for (const reference of references) {
        const {parent} = reference.key;
        const isHeld =
          !changed.has(child) &&
          !changed.has(parent) &&
          wasHeld(this.version, reference);
        if (isHeld) continue;
        yield* refuseOrphansOf(version, reference, problems.of(child));
      }
    }
  }
}

function countValues({source}: TableTarget, column: string): number {
  let count = 0;
  source?.table.rows.forEach(row => {
    if ((getOwn(row, column) ?? null) !== null) count++;
  });
  return count;
}

/** Whether a foreign key has held in a version. */
function wasHeld({references}: Version, {child, key}: Reference): boolean {
  const known = references.ofChild.get(child) ?? [];
  return known.some(other => isDeepStrictEqual(other.key, key));
}

function* refuseOrphansOf(
  version: Version,
  reference: Reference,
  refuse: ReturnType<Problems['of']>,
): Sliced<void> {
  const {child, key, valuesOf} = reference;
  const parent = findTable(version, key.parent)!;
  const check = (id: Key, row: Row): void => {
    const values = valuesOf(row);
    if (!isComplete(values) || findParent(parent, reference, values)) return;
    const shown = values.map(show).join(', ');
    refuse({
      id,
      property: columnWords(child, key.properties),
      value: values.length === 1 ? values[0] : values,
      reason: `there is no ${key.parent} (${shown}) that it could refer to by ${key.name}`,
    });
  };
  for (const batch of findTable(version, child)!.rows.batches({}, false)) {
    for (const [id, row] of batch) check(id, row);
    yield;
  }
}

const maxListed = 10;

/** What is in the way of a migration: the first of it, and how much there is. */
class Problems {
  private readonly listed: MigrationProblem[] = [];
  private count = 0;
  /** The ids of rows that are in it, by table and property. */
  private readonly known = new Map<string, ValueMap<true>>();

  get areSome(): boolean {
    return this.count > 0;
  }

  /** Adds one of a table; a value counts once. */
  of(table: string) {
    return (problem: Omit<MigrationProblem, 'table'>): void => {
      const {id, property} = problem;
      const place = JSON.stringify([table, named(property)]);
      const known = this.known.get(place) ?? new ValueMap();
      this.known.set(place, known);
      if (!known.add(id, true)) return;
      this.count++;
      if (this.count <= maxListed) this.listed.push({table, ...problem});
    };
  }

  throwIfAny(cause?: Error): void {
    const {count, listed} = this;
    const [first] = listed;
    if (first === undefined) return;
    const lines = listed.map(
      ({id, property, reason, table}) =>
        `- ${table} ${show(id)}, ` +
        `${hasColumns(property) ? property : columnWord(table, property)}: ${reason}`,
    );
    if (count > listed.length)
      lines.push(`- and ${count - listed.length} more`);
    const what = count === 1 ? '1 value is' : `${count} values are`;
    throw new InMemoryError(
      'MIGRATION_REFUSED',
      `The migration was refused, for ${what} in its way, and nothing was ` +
        `changed:\n${lines.join('\n')}`,
      {
        table: first.table,
        property: first.property,
        problems: listed,
        problemCount: count,
      },
      {cause},
    );
  }
}
