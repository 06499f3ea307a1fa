import type {Mistakes} from './mistakes';
import {groupsInOrder} from './groups';
import {type NamedReference, pathText, type PlannedRow} from './plan';
import {placeOf} from './seed-rows';
import type {SeededModel} from './seeded-model';
import type {RowWriter} from './row-writer';

/** What one row needs of another one that is not written yet. */
interface Need {
  readonly row: PlannedRow;
  /** Whether it can be filled in only when that is written. */
  readonly isForValue: boolean;
  readonly path: readonly (string | number)[];
}

/** A value that is written when all rows are there. */
interface Later {
  readonly row: PlannedRow;
  readonly property: string;
  /** Undefined for what is filled in by a reference. */
  readonly value?: unknown;
  readonly reference?: NamedReference;
}

/**
 * Writes rows in an order in which references and foreign keys lead to rows that are
 * there. Where they go in a circle, a value that may be missing is written last.
 */
export class Insertion {
  private readonly byModel = new Map<SeededModel, PlannedRow[]>();
  /** To which models rows of a model refer. */
  private readonly referred = new Map<SeededModel, Set<SeededModel>>();
  private readonly later: Later[] = [];
  private readonly needed = new Set<PlannedRow>();
  private pending = new Set<PlannedRow>();
  private needs = new Map<PlannedRow, Need[]>();

  constructor(
    rows: readonly PlannedRow[],
    private readonly writer: RowWriter,
    private readonly mistakes: Mistakes,
  ) {
    for (const row of rows) {
      const ofModel = this.byModel.get(row.model);
      if (ofModel) ofModel.push(row);
      else this.byModel.set(row.model, [row]);
      for (const {target} of row.references) if (target) this.note(row, target);
    }
  }

  private note({model}: PlannedRow, target: PlannedRow): void {
    this.needed.add(target);
    const referred = this.referred.get(model);
    if (referred) referred.add(target.model);
    else this.referred.set(model, new Set([target.model]));
  }

  /** Fails where something is wrong with the rows. */
  async run(): Promise<void> {
    const groups = groupsInOrder(this.byModel.keys(), model =>
      this.modelsNeededBy(model),
    );
    for (const group of groups) await this.insertGroup(group);
    for (const later of this.later) await this.writeLater(later);
  }

  private modelsNeededBy(model: SeededModel): Set<SeededModel> {
    const needed = new Set(this.referred.get(model));
    const parents = new Set(model.foreignKeys.flatMap(key => key.parents));
    for (const other of this.byModel.keys()) {
      if (parents.has(other.name)) needed.add(other);
    }
    return needed;
  }

  /** Writes the rows of models that need each other, or of one model. */
  private async insertGroup(group: readonly SeededModel[]): Promise<void> {
    this.pending = new Set(group.flatMap(model => this.byModel.get(model)!));
    this.needs = this.needsWithin(group);
    while (this.pending.size > 0) {
      let isStuck = true;
      for (const model of group) {
        const ready = this.readyOf(model);
        if (ready.length === 0) continue;
        isStuck = false;
        await this.insert(model, ready);
      }
      if (isStuck) this.breakCircle();
    }
  }

  private needsWithin(group: readonly SeededModel[]): Map<PlannedRow, Need[]> {
    const needs = new Map<PlannedRow, Need[]>();
    const add = (row: PlannedRow, need: Need): void => {
      const known = needs.get(row);
      if (known) known.push(need);
      else needs.set(row, [need]);
    };
    this.fillIn(this.pending);
    for (const row of this.pending) {
      for (const {path, target} of row.references) {
        if (target) add(row, {row: target, isForValue: true, path});
      }
    }
    for (const model of group) {
      for (const [row, need] of this.needsByKey(model, group)) add(row, need);
    }
    return needs;
  }

  /** What rows of a model need by the values of their foreign keys. */
  private *needsByKey(
    model: SeededModel,
    group: readonly SeededModel[],
  ): Generator<[PlannedRow, Need]> {
    for (const {parentProperty, parents, property} of model.foreignKeys) {
      const within = group.filter(({name}) => parents.includes(name));
      if (property === undefined || within.length === 0) continue;
      const byKey = this.rowsBy(within, parentProperty!);
      const path = [property];
      for (const row of this.byModel.get(model)!) {
        const target = byKey.get(keyText(row.values[property]));
        if (target === undefined || target === row) continue;
        yield [row, {row: target, isForValue: false, path}];
      }
    }
  }

  private rowsBy(
    models: readonly SeededModel[],
    property: string,
  ): Map<string | undefined, PlannedRow> {
    const rows = models.flatMap(model => this.byModel.get(model)!);
    const given = rows.filter(({values}) => keyText(values[property]));
    return new Map(given.map(row => [keyText(row.values[property]), row]));
  }

  /** Fills in the references whose values are known. */
  private fillIn(rows: Iterable<PlannedRow>): void {
    for (const row of rows) {
      if (row.references.length === 0) continue;
      row.references = row.references.filter(reference => {
        const value = valueOf(reference);
        if (value === undefined) return true;
        setAt(row.values, reference.path, value);
        return false;
      });
    }
  }

  /** The rows of a model that can be written in one statement: as many as can be. */
  private readyOf(model: SeededModel): PlannedRow[] {
    const rows = this.byModel.get(model)!.filter(row => this.pending.has(row));
    this.fillIn(rows);
    const ready = new Set(
      rows.filter(({references}) => references.length === 0),
    );
    for (let before = -1; before !== ready.size;) {
      before = ready.size;
      for (const row of ready) {
        const isBlocked = this.needs
          .get(row)
          ?.some(
            ({row: other}) => this.pending.has(other) && !ready.has(other),
          );
        if (isBlocked) ready.delete(row);
      }
    }
    return [...ready];
  }

  private async insert(
    model: SeededModel,
    rows: readonly PlannedRow[],
  ): Promise<void> {
    // Rows that need each other go into one statement, after which they are checked.
    const areTogether = rows.some(row =>
      this.needs.get(row)?.some(({row: other}) => this.pending.has(other)),
    );
    const size = areTogether ? rows.length : this.writer.maxRows;
    for (let i = 0; i < rows.length; i += size) {
      const part = rows.slice(i, i + size);
      await this.writer.insert(model, part, this.needed);
    }
    for (const row of rows) this.pending.delete(row);
  }

  /** Leaves out what some row cannot have yet and need not have; it is written last. */
  private breakCircle(): void {
    for (const row of this.pending) {
      const open = this.needs
        .get(row)!
        .filter(need => this.pending.has(need.row));
      if (!open.every(({path}) => mayWait(row, path))) continue;
      // Its id is to be known then.
      this.needed.add(row);
      for (const {isForValue, path} of open) {
        const property = path[0] as string;
        const reference = row.references.find(each => each.path === path);
        this.later.push(
          isForValue
            ? {row, property, ...(reference && {reference})}
            : {row, property, value: row.values[property]},
        );
        delete row.values[property];
      }
      row.references = row.references.filter(
        reference => !open.some(({path}) => path === reference.path),
      );
      this.needs.delete(row);
      return;
    }
    this.refuseCircle();
  }

  private refuseCircle(): never {
    const [first] = this.pending;
    const way: PlannedRow[] = [];
    const words: string[] = [];
    let row = first!;
    while (!way.includes(row)) {
      way.push(row);
      const need: Need = this.needs
        .get(row)!
        .find(({row: other}) => this.pending.has(other))!;
      words.push(`${nameOf(row)}.${pathText(need as never)}`);
      row = need.row;
    }
    this.mistakes.add(
      placeOf(row.seed),
      `rows need each other in a circle: ${words.slice(way.indexOf(row)).join(' -> ')}; ` +
        'one of these properties must not be required, so that it can be written last',
    );
    this.mistakes.throwIfAny();
    throw new Error('unreachable');
  }

  private async writeLater({
    property,
    reference,
    row,
    value,
  }: Later): Promise<void> {
    const written = reference ? valueOf(reference) : value;
    await this.writer.update(row, {[property]: written});
  }
}

function nameOf({model, seed}: PlannedRow): string {
  return seed.name === undefined ? model.name : `@${seed.name}`;
}

/** Whether a property can be written later: no id, and not required. */
function mayWait(
  {model}: PlannedRow,
  path: readonly (string | number)[],
): boolean {
  const property = model.properties[path[0] as string];
  return path.length === 1 && !property?.id && !property?.required;
}

/** The value of a reference; undefined where the row is not written and has none. */
function valueOf({property, target, value}: NamedReference): unknown {
  if (target === undefined) return value;
  const name = property ?? target.model.idNames[0]!;
  const isOpen = target.references.some(({path}) => path[0] === name);
  if (!isOpen && target.values[name] !== undefined) return target.values[name];
  return target.written?.[name];
}

/** The same for ids that are equal for a foreign key; undefined for what is no id. */
function keyText(value: unknown): string | undefined {
  const isId = typeof value === 'string' || typeof value === 'number';
  return isId ? String(value) : undefined;
}

function setAt(
  values: Record<string, unknown>,
  path: readonly (string | number)[],
  value: unknown,
): void {
  let place: Record<string | number, unknown> = values;
  for (const part of path.slice(0, -1)) {
    place = place[part] as Record<string | number, unknown>;
  }
  place[path.at(-1)!] = value;
}
