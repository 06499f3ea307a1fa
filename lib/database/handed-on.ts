import {InMemoryError, show} from '../base/errors';
import {areSameKept} from '../schema/kept';
import type {RecoveredTable} from '../persistence/recovered-table';
import type {TableSchema} from '../schema/schema';
import {findTable, type Version} from '../store/version';
import type {MigrationStep} from './migration';

/*
 * Tables that change hands: one model is to have a table, and had another one,
 * while the rows in it are those of a model that is to have a third.
 *
 *   City: table A -> B,  Town: table B -> C      B changes hands
 *   City: table A -> B,  Town: table B -> A      both do
 *
 * In what was defined first nothing tells that, and rows of one model would be
 * taken for those of the other. So neither is used, nor migrated.
 */

/** A table that models have, and the name that it had before. */
export interface NamedTable {
  readonly name: string;
  readonly former: string | undefined;
  readonly models: readonly string[];
}

/** A table that has rows, or had some. */
interface Filled {
  /** For what its rows were written, where that is known. */
  readonly kept: TableSchema | undefined;
}

/** Gives what is declared of a table. */
type SchemaOf = (name: string) => TableSchema;

/** Finds a table with rows or a kept schema, in the version or in files. */
export type FindFilled = (name: string) => Filled | undefined;

/** Finds them in a version, and in what files have that no table has taken. */
export function filledIn(
  version: Version,
  left: ReadonlyMap<string, RecoveredTable>,
): FindFilled {
  return name => {
    const table = findTable(version, name);
    if (table !== undefined) {
      return table.rows.size > 0 || table.kept ? table : undefined;
    }
    const {schema, size = 0} = left.get(name) ?? {};
    return size > 0 || schema ? {kept: schema} : undefined;
  };
}

/**
 * The tables of which nothing tells whose their rows are, and those that may be to
 * get these, with the errors (INVALID_MODEL) that say so.
 */
export type HandedOn = ReadonlyMap<string, InMemoryError>;

/** Finds the tables that change hands. O(tables). */
export function handedOnTables(
  tables: readonly NamedTable[],
  findFilled: FindFilled,
  schemaOf: SchemaOf,
): HandedOn {
  const names = new Names(tables, findFilled, schemaOf);
  const found = new Map<string, InMemoryError>();
  for (const taken of tables) {
    const {name} = taken;
    const next = names.heirOf(name);
    if (next === undefined || !names.changesHands(taken)) continue;
    const error = handedOn(taken, next);
    found.set(name, error);
    if (!found.has(next.name)) found.set(next.name, error);
  }
  return found;
}

/** Fails with INVALID_MODEL when one of some tables changes hands. */
export function requireOwned(
  handedOn: HandedOn,
  tables: readonly string[],
): void {
  if (handedOn.size === 0) return;
  const name = tables.find(table => handedOn.has(table));
  if (name === undefined) return;
  const {code, details, message} = handedOn.get(name)!;
  throw new InMemoryError(code, message, details);
}

/**
 * Fails with INVALID_MODEL where a migration drops values from a table while that
 * which its model had before has rows, too, and no model: those in it may be of a
 * model that is yet to be defined.
 */
export function refuseOthersRows(
  steps: () => readonly MigrationStep[],
  tables: readonly NamedTable[],
  findFilled: FindFilled,
): void {
  const names = new Set(tables.map(({name}) => name));
  for (const {former, models, name} of tables) {
    if (former === undefined || names.has(former)) continue;
    if (findFilled(former) === undefined) continue;
    const dropped = steps().find(
      step => step.table === name && step.kind === 'drop column' && step.rows,
    );
    if (dropped === undefined) continue;
    const model = models.join(', ');
    throw new InMemoryError(
      'INVALID_MODEL',
      `The table ${show(name)} has rows with values that ${model} does not ` +
        `declare (${dropped.text}), and its former table ${show(former)} has ` +
        `rows, too. Where those in ${show(name)} are another model's, define ` +
        `that one on its new table and migrate it first, while ${model} still ` +
        `has ${show(former)}. ${ownWords(model, name)}`,
      {table: name, value: former},
    );
  }
}

function ownWords(model: string, name: string): string {
  return (
    `Where they are those of ${model} already, let it say ` +
    `memory: {renamedFrom: ${show(name)}}. Nothing was changed.`
  );
}

/** How tables come by their names. */
class Names {
  private readonly byName: ReadonlyMap<string, NamedTable>;
  private readonly heirs = new Map<string, NamedTable>();

  constructor(
    tables: readonly NamedTable[],
    private readonly findFilled: FindFilled,
    private readonly schemaOf: SchemaOf,
  ) {
    this.byName = new Map(tables.map(table => [table.name, table]));
    for (const table of tables) {
      const {former, name} = table;
      if (former !== undefined && former !== name)
        this.heirs.set(former, table);
    }
  }

  /** The table that is to have the rows of another one, by what it declares. */
  heirOf(name: string): NamedTable | undefined {
    return this.heirs.get(name);
  }

  changesHands(table: NamedTable): boolean {
    const filled = this.findFilled(table.name);
    if (filled === undefined) return false;
    const isInCircle = this.endOfHeirs(table) === table;
    return isInCircle
      ? this.mayBeAnothers(table, filled)
      : this.leads(table) && this.follows(table);
  }

  /** Where a circle is closed, what is kept tells whether it was gone round. */
  private mayBeAnothers({name}: NamedTable, {kept}: Filled): boolean {
    if (kept === undefined) return false;
    const other = this.schemaOf(this.heirOf(name)!.name);
    return !areSameKept(kept, this.schemaOf(name)) || areSameKept(kept, other);
  }

  /** Whether rows can go on from table to table, the last of which is free. */
  private leads(table: NamedTable): boolean {
    return this.findFilled(this.endOfHeirs(table).name) === undefined;
  }

  private endOfHeirs(table: NamedTable): NamedTable {
    const seen = new Set([table.name]);
    let end = table;
    for (;;) {
      const next = this.heirOf(end.name);
      if (next === undefined) return end;
      if (seen.has(next.name)) return next;
      seen.add(next.name);
      end = next;
      if (this.findFilled(end.name) === undefined) return end;
    }
  }

  /** Whether rows are to come into the table, the first from one without a model. */
  private follows(table: NamedTable): boolean {
    const seen = new Set<string>();
    let at = table;
    for (;;) {
      const {former, name} = at;
      if (former === undefined || former === name || seen.has(name))
        return false;
      if (this.findFilled(former) === undefined) return false;
      seen.add(name);
      const before = this.byName.get(former);
      if (before === undefined) return true;
      at = before;
    }
  }
}

function handedOn(taken: NamedTable, next: NamedTable): InMemoryError {
  const taker = taken.models.join(', ');
  const leaver = next.models.join(', ');
  const former = show(taken.former);
  const name = show(taken.name);
  const advice =
    taken.former === next.name
      ? `Exchange them by way of a third table: migrate ${taker} to one while ` +
        `${leaver} still has ${name}, then ${leaver}, then ${taker}. `
      : `Migrate ${leaver} first, while ${taker} still has ${former}, then ${taker}. `;
  return new InMemoryError(
    'INVALID_MODEL',
    `The table ${name} cannot go from ${leaver}, which is to have ` +
      `${show(next.name)}, to ${taker}, which had ${former}, at once: nothing ` +
      `tells whose its rows are. ${advice}${ownWords(taker, taken.name)}`,
    {table: taken.name, value: next.name},
  );
}
