import type {ColumnType} from '../value/coerce';
import {setOwn} from '../value/copy';
import type {Shape, TableSchema} from './schema';

/** What a table declares of its rows: columns, and what is inside of them. */
type Declared = Pick<TableSchema, 'columns' | 'nested'>;

/** The names that tables have for a shape at some place, of one or of both. */
type Names = readonly (string | undefined)[];

/** The name of what several tables have at a place; `path` leads there. */
type NameOf = (names: Names, path: string) => string;

/**
 * The columns of all tables, and what is inside of them. What they declare
 * differently becomes `any`; where only some of them tell what is inside of a
 * column that others have, too, nothing is declared there.
 */
export function mergeDeclared(...tables: readonly Declared[]): Declared {
  const shapes: Record<string, Shape> = {};
  const known = new Map<string, string>();
  const found: {readonly names: Names; readonly path: string}[] = [];
  const nameOf: NameOf = (names, path) => {
    const key = JSON.stringify(names.map(name => name ?? null));
    const name = known.get(key);
    if (name !== undefined) return name;
    known.set(key, path);
    found.push({names, path});
    return path;
  };
  const rows = tables.map(({columns, nested}) => {
    return {columns, shapeOf: nested?.shapeOf ?? {}};
  });
  const {columns, shapeOf} = mergeShapes(rows, '', nameOf);
  // More are found on the way, and taken up in turn.
  for (const {names, path} of found) {
    const same = names.map((name, i) =>
      name === undefined ? undefined : tables[i]!.nested!.shapes[name],
    );
    setOwn(shapes, path, mergeShapes(same, `${path}.`, nameOf));
  }
  return found.length === 0 ? {columns} : {columns, nested: {shapeOf, shapes}};
}

function mergeShapes(
  all: readonly (Shape | undefined)[],
  prefix: string,
  nameOf: NameOf,
): Shape {
  const columns: Record<string, ColumnType> = {};
  const shapeOf: Record<string, string> = {};
  const names = all.flatMap(shape => Object.keys(shape?.columns ?? {}));
  for (const name of new Set(names)) {
    const declaring = all.map(shape =>
      shape && Object.hasOwn(shape.columns, name) ? shape : undefined,
    );
    const types = declaring.flatMap(shape => shape?.columns[name] ?? []);
    const isSame = types.every(type => type === types[0]);
    setOwn(columns, name, isSame ? types[0] : 'any');
    const inner = declaring.map(shape =>
      shape && Object.hasOwn(shape.shapeOf, name)
        ? shape.shapeOf[name]
        : undefined,
    );
    const isToldByAll = declaring.every(
      (shape, i) => shape === undefined || inner[i] !== undefined,
    );
    if (isSame && isToldByAll) {
      setOwn(shapeOf, name, nameOf(inner, `${prefix}${name}`));
    }
  }
  return {columns, shapeOf};
}
