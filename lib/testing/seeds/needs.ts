import type {PlannedRow} from './plan';
import type {SeededModel} from './seeded-model';

/** What one row needs of another one that is not written yet. */
export interface Need {
  readonly row: PlannedRow;
  /** Whether it can be filled in only when that is written. */
  readonly isForValue: boolean;
  readonly path: readonly (string | number)[];
}

/** The rows of models that need each other. */
export type RowsOfGroup = ReadonlyMap<SeededModel, readonly PlannedRow[]>;

/** What rows of a group need of others of it: by references, and by foreign keys. */
export function needsWithin(group: RowsOfGroup): Map<PlannedRow, Need[]> {
  const needs = new Map<PlannedRow, Need[]>();
  const add = (row: PlannedRow, need: Need): void => {
    const known = needs.get(row);
    if (known) known.push(need);
    else needs.set(row, [need]);
  };
  for (const row of [...group.values()].flat()) {
    for (const {path, target} of row.references) {
      if (target) add(row, {row: target, isForValue: true, path});
    }
  }
  for (const model of group.keys()) {
    for (const [row, need] of needsByKey(model, group)) add(row, need);
  }
  return needs;
}

/** What rows of a model need by the values of their foreign keys. */
function* needsByKey(
  model: SeededModel,
  group: RowsOfGroup,
): Generator<[PlannedRow, Need]> {
  for (const {parentProperty, parents, property} of model.foreignKeys) {
    const within = [...group].filter(([{name}]) => parents.includes(name));
    if (property === undefined || within.length === 0) continue;
    const rows = within.flatMap(([, rowsOfParent]) => rowsOfParent);
    const byKey = rowsBy(rows, parentProperty!);
    const path = [property];
    for (const row of group.get(model)!) {
      const target = byKey.get(keyText(row.values[property]));
      if (target === undefined || target === row) continue;
      yield [row, {row: target, isForValue: false, path}];
    }
  }
}

function rowsBy(
  rows: readonly PlannedRow[],
  property: string,
): Map<string | undefined, PlannedRow> {
  const given = rows.filter(({values}) => keyText(values[property]));
  return new Map(given.map(row => [keyText(row.values[property]), row]));
}

/** The same for ids that are equal for a foreign key; undefined for what is no id. */
function keyText(value: unknown): string | undefined {
  const isId = typeof value === 'string' || typeof value === 'number';
  return isId ? String(value) : undefined;
}
