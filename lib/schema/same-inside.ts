import {isDeepStrictEqual} from 'node:util';
import {
  columnOf,
  declaredType,
  type NestedTypes,
  type Shape,
  type TableSchema,
} from './schema';

/** Whether two schemas declare the same inside of a column's objects. */
export function areSameInside(
  a: TableSchema,
  b: TableSchema,
  column: string,
): boolean {
  return areSameShapes(
    {shape: declaredType(a, column).shape, nested: a.nested},
    {shape: declaredType(b, column).shape, nested: b.nested},
    new Map(),
  );
}

interface PlacedShape {
  readonly shape: Shape | undefined;
  readonly nested: NestedTypes | undefined;
}

/** `compared` has the pairs that are the same, or being found out. */
function areSameShapes(
  a: PlacedShape,
  b: PlacedShape,
  compared: Map<Shape, Set<Shape>>,
): boolean {
  if (a.shape === undefined || b.shape === undefined) {
    return a.shape === b.shape;
  }
  const known = compared.get(a.shape) ?? new Set();
  if (known.has(b.shape)) return true;
  compared.set(a.shape, known.add(b.shape));
  const {columns} = a.shape;
  if (!isDeepStrictEqual(columns, b.shape.columns)) return false;
  return Object.keys(columns).every(name =>
    areSameShapes(inside(a, name), inside(b, name), compared),
  );
}

function inside({shape, nested}: PlacedShape, name: string): PlacedShape {
  return {shape: columnOf(shape!, name, nested).shape, nested};
}
