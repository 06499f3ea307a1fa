import {PriorityQueue} from '../../base/priority-queue';
import type {Need, RowsOfGroup} from './needs';
import type {NamedReference, PlannedRow} from './plan';
import type {SeededModel} from './seeded-model';

/**
 * Rows of models that need each other, and which of them can be written next. A row is
 * looked at again only when something that it needs was written or filled in, so that
 * a chain of n rows costs O(n log n), and not n times n.
 */
export class PendingRows {
  private readonly neededBy = new Map<PlannedRow, Set<PlannedRow>>();
  /** The rows that are not written, each with its place in their order. */
  private readonly places = new Map<PlannedRow, number>();
  /** Those of each model that may have become ready since they were looked at. */
  private readonly touched = new Map<SeededModel, RowQueue>();
  /** Those that may be able to wait for what they need since they were looked at. */
  private readonly unstuck = new RowQueue();

  constructor(
    group: RowsOfGroup,
    private readonly needs: Map<PlannedRow, Need[]>,
  ) {
    for (const [model, rows] of group) {
      this.touched.set(model, new RowQueue());
      for (const row of rows) this.places.set(row, this.places.size);
    }
    for (const [row, needs] of this.needs) {
      for (const {row: needed} of needs) {
        const others = this.neededBy.get(needed);
        if (others) others.add(row);
        else this.neededBy.set(needed, new Set([row]));
      }
    }
    for (const row of this.places.keys()) this.touch(row);
  }

  get size(): number {
    return this.places.size;
  }

  /** The first row that is not written. */
  get first(): PlannedRow {
    return this.places.keys().next().value!;
  }

  /** What a row needs of those that are not written. */
  openNeeds(row: PlannedRow): Need[] {
    const needs = this.needs.get(row) ?? [];
    return needs.filter(need => this.places.has(need.row));
  }

  /** The rows of a model that can be written in one statement: as many as can be. */
  readyOf(model: SeededModel): readonly PlannedRow[] {
    const ready = this.withDependents(this.filledIn(model));
    this.dropBlocked(ready);
    const placeOf = (row: PlannedRow): number => this.places.get(row)!;
    return [...ready].sort((a, b) => placeOf(a) - placeOf(b));
  }

  /** Adds the rows of the same model that can be written together with some only. */
  private withDependents(rows: Set<PlannedRow>): Set<PlannedRow> {
    for (const row of rows) {
      for (const other of this.neededBy.get(row) ?? none) {
        const isFilled = other.references.length === 0;
        const isOfModel = other.model === row.model;
        if (isFilled && isOfModel && this.places.has(other)) rows.add(other);
      }
    }
    return rows;
  }

  /** Takes out those that need rows which are neither written nor among them. */
  private dropBlocked(rows: Set<PlannedRow>): void {
    const blocked = [...rows].filter(row =>
      this.openNeeds(row).some(need => !rows.has(need.row)),
    );
    // Who needs one that is blocked is so, too: the list grows while it is walked.
    for (const row of blocked) {
      if (!rows.delete(row)) continue;
      for (const other of this.neededBy.get(row) ?? none) {
        if (rows.has(other)) blocked.push(other);
      }
    }
  }

  /** The touched rows of a model that have all their values by now. */
  private filledIn(model: SeededModel): Set<PlannedRow> {
    const touched = this.touched.get(model)!;
    const filled = new Set<PlannedRow>();
    const next: PlannedRow[] = [];
    for (let row = touched.take(); row !== undefined; row = touched.take()) {
      const place = this.places.get(row);
      if (place === undefined) continue;
      const dependents = fillIn(row) ? this.neededBy.get(row) : undefined;
      for (const other of dependents ?? none) {
        const isBehind = this.places.get(other)! > place;
        if (other.model !== model || isBehind) this.touch(other);
        else next.push(other);
      }
      if (row.references.length === 0) filled.add(row);
    }
    for (const row of next) this.touch(row);
    return filled;
  }

  /** Notes that rows are written. */
  delete(rows: readonly PlannedRow[]): void {
    for (const row of rows) this.places.delete(row);
    for (const row of rows) {
      for (const other of this.neededBy.get(row) ?? none) this.touch(other);
    }
  }

  /**
   * Takes the rows that may be able to do without what they need, in their order, each
   * of them until something that it needs is written.
   */
  *stuck(): Generator<PlannedRow> {
    const {unstuck} = this;
    for (let row = unstuck.take(); row !== undefined; row = unstuck.take()) {
      if (this.places.has(row)) yield row;
    }
  }

  /** Has a row do without what it needs, and without the references to that. */
  release(row: PlannedRow, open: readonly Need[]): void {
    row.references = row.references.filter(
      reference => !open.some(({path}) => path === reference.path),
    );
    for (const need of this.needs.get(row)!) {
      this.neededBy.get(need.row)!.delete(row);
    }
    this.needs.delete(row);
    this.touch(row);
    for (const other of this.neededBy.get(row) ?? none) this.touch(other);
  }

  private touch(row: PlannedRow): void {
    const place = this.places.get(row);
    if (place === undefined) return;
    this.touched.get(row.model)!.add(row, place);
    this.unstuck.add(row, place);
  }
}

const none: readonly never[] = [];

/** Rows, each of them once, of which the first in their order is taken first. */
class RowQueue {
  private readonly queue = new PriorityQueue<PlannedRow>(() => 0);
  private readonly rows = new Set<PlannedRow>();

  add(row: PlannedRow, place: number): void {
    if (this.rows.has(row)) return;
    this.rows.add(row);
    this.queue.push(place, row);
  }

  take(): PlannedRow | undefined {
    const row = this.queue.pop();
    if (row !== undefined) this.rows.delete(row);
    return row;
  }
}

/** Fills in the references of a row whose values are known; false where none is. */
export function fillIn(row: PlannedRow): boolean {
  const {references, values} = row;
  if (references.length === 0) return false;
  row.references = references.filter(reference => {
    const value = valueOf(reference);
    if (value === undefined) return true;
    setAt(values, reference.path, value);
    return false;
  });
  return row.references.length < references.length;
}

/** The value of a reference; undefined where the row is not written and has none. */
export function valueOf({property, target, value}: NamedReference): unknown {
  if (target === undefined) return value;
  const name = property ?? target.model.idNames[0]!;
  const isOpen = target.references.some(({path}) => path[0] === name);
  if (!isOpen && target.values[name] !== undefined) return target.values[name];
  return target.written?.[name];
}

function setAt(
  values: Record<string, unknown>,
  path: readonly (string | number)[],
  value: unknown,
): void {
  let place: Record<string | number, unknown> = values;
  const last = path.length - 1;
  for (let i = 0; i < last; i++) {
    place = place[path[i]!] as Record<string | number, unknown>;
  }
  place[path[last]!] = value;
}
