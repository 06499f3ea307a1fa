import type {Mistakes} from './mistakes';
import {groupsInOrder} from './groups';
import {type Need, needsWithin} from './needs';
import {fillIn, PendingRows, valueOf} from './pending-rows';
import {type NamedReference, pathText, type PlannedRow} from './plan';
import {placeOf} from './seed-rows';
import type {SeededModel} from './seeded-model';
import type {RowWriter} from './row-writer';

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
    await this.writeLater();
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
    const rows = group.map(model => [model, this.byModel.get(model)!] as const);
    const ofGroup = new Map(rows);
    for (const [, ofModel] of rows) for (const row of ofModel) fillIn(row);
    const needs = needsWithin(ofGroup);
    if (needs.size === 0) {
      for (const each of rows) await this.insert(...each, false);
      return;
    }
    const pending = new PendingRows(ofGroup, needs);
    while (pending.size > 0) {
      let isStuck = true;
      for (const model of group) {
        const ready = pending.readyOf(model);
        if (ready.length === 0) continue;
        isStuck = false;
        // Rows that need each other go into one statement, after which they are checked.
        const areTogether = ready.some(
          row => pending.openNeeds(row).length > 0,
        );
        await this.insert(model, ready, areTogether);
        pending.delete(ready);
      }
      if (isStuck) this.breakCircle(pending);
    }
  }

  private async insert(
    model: SeededModel,
    rows: readonly PlannedRow[],
    areTogether: boolean,
  ): Promise<void> {
    const size = areTogether ? rows.length : this.writer.maxRows;
    for (let i = 0; i < rows.length; i += size) {
      const part = rows.slice(i, i + size);
      await this.writer.insert(model, part, this.needed);
    }
  }

  /** Leaves out what some row cannot have yet and need not have; it is written last. */
  private breakCircle(pending: PendingRows): void {
    for (const row of pending.stuck()) {
      const open = pending.openNeeds(row);
      if (open.length === 0) this.refuseMissing(row, row.references);
      if (!open.every(({path}) => mayWait(row, path))) continue;
      // Its id is to be known then.
      this.needed.add(row);
      for (const {isForValue, path} of open) {
        const property = path[0] as string;
        const reference = row.references.find(each => each.path === path);
        // What a reference gives may be known before its row is written.
        if (isForValue && reference === undefined) continue;
        const value = row.values[property];
        this.later.push({
          row,
          property,
          ...(reference ? {reference} : {value}),
        });
        delete row.values[property];
      }
      pending.release(row, open);
      return;
    }
    this.refuseCircle(pending);
  }

  /** Refuses references to values that rows have not got, though they are written. */
  private refuseMissing(
    {seed}: PlannedRow,
    references: readonly NamedReference[],
  ): never {
    for (const reference of references) {
      this.mistakes.add(
        placeOf(seed),
        `${pathText(reference)} refers to "@${reference.text}", which has no value`,
      );
    }
    this.mistakes.throwIfAny();
    throw new Error('unreachable');
  }

  private refuseCircle(pending: PendingRows): never {
    const {first} = pending;
    const way: PlannedRow[] = [];
    const words: string[] = [];
    let row = first;
    while (!way.includes(row)) {
      way.push(row);
      const need: Need = pending.openNeeds(row)[0]!;
      words.push(`${nameOf(row)}.${pathText(need)}`);
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

  /** Writes what was left out; each value after those that it refers to. */
  private async writeLater(): Promise<void> {
    let left: readonly Later[] = this.later;
    while (left.length > 0) {
      const open: Later[] = [];
      for (const each of left) {
        const {property, reference, row} = each;
        const value = reference ? valueOf(reference) : each.value;
        if (reference && value === undefined) open.push(each);
        else {
          await this.writer.update(row, {[property]: value});
          row.values[property] = value;
        }
      }
      if (open.length === left.length) {
        const [{reference, row}] = open as [Later];
        this.refuseMissing(row, [reference!]);
      }
      left = open;
    }
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
