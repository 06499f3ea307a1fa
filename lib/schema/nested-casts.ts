import {isObject} from '../base/objects';
import type {ColumnType} from '../value/coerce';
import {getOwn, maxDepth, setOwn} from '../value/copy';
import type {NestedTypes, Shape} from './schema';

/** What becomes of a value; `path` says where in its row it is. */
export type Cast = (value: unknown, path: string) => unknown;

/** The cast of a column's values; undefined where there is nothing to cast. */
export type CastOf = (type: ColumnType) => Cast | undefined;

interface NestedCast {
  readonly name: string;
  readonly cast: Cast | undefined;
  /** The shape of what comes out of it, if there is something to cast in it. */
  readonly shape: Shape | undefined;
}

/**
 * Casts of what is inside of objects of the shapes: each changes the very
 * objects, those in arrays too, and returns what it was given. A shape in which
 * nothing is to be cast, at any depth, has none.
 */
export function compileNestedCasts(
  {shapes}: NestedTypes,
  castOf: CastOf,
): ReadonlyMap<Shape, Cast> {
  const columns = new Map<Shape, NestedCast[]>();
  const castInside = (
    value: unknown,
    shape: Shape,
    path: string,
    depth: number,
  ): void => {
    if (!isObject(value) || depth > maxDepth) return;
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) {
        castInside(value[i], shape, `${path}.${i}`, depth + 1);
      }
      return;
    }
    for (const {name, cast, shape: inner} of columns.get(shape)!) {
      const given = getOwn(value, name);
      if (given === undefined || given === null) continue;
      const place = `${path}.${name}`;
      const own = cast === undefined ? given : cast(given, place);
      if (own !== given) setOwn(value, name, own);
      if (inner !== undefined) castInside(own, inner, place, depth + 1);
    }
  };
  const casting = shapesWithCasts(shapes, castOf);
  const casts = new Map<Shape, Cast>();
  for (const name of casting) {
    const shape = shapes[name]!;
    columns.set(shape, columnsToCast(shape, shapes, castOf, casting));
    casts.set(shape, (value, path) => {
      castInside(value, shape, path, 0);
      return value;
    });
  }
  return casts;
}

function columnsToCast(
  {columns, shapeOf}: Shape,
  shapes: NestedTypes['shapes'],
  castOf: CastOf,
  casting: ReadonlySet<string>,
): NestedCast[] {
  return Object.keys(columns)
    .map(name => {
      const inner = Object.hasOwn(shapeOf, name) ? shapeOf[name] : undefined;
      const hasCasts = inner !== undefined && casting.has(inner);
      return {
        name,
        cast: castOf(columns[name]!),
        shape: hasCasts ? shapes[inner] : undefined,
      };
    })
    .filter(({cast, shape}) => cast !== undefined || shape !== undefined);
}

/** The shapes that have something to cast, or lead to one that has. */
function shapesWithCasts(
  shapes: NestedTypes['shapes'],
  castOf: CastOf,
): Set<string> {
  const found = new Set<string>();
  for (let size = -1; size < found.size;) {
    size = found.size;
    for (const [name, {columns, shapeOf}] of Object.entries(shapes)) {
      const hasCast =
        Object.values(columns).some(type => castOf(type) !== undefined) ||
        Object.values(shapeOf).some(inner => found.has(inner));
      if (hasCast) found.add(name);
    }
  }
  return found;
}
