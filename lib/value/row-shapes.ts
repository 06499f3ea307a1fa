import {Script} from 'node:vm';

/** Makes an object without values yet. */
export type MakeBlank = () => Record<string, unknown>;

/** Objects with the same properties in the same order. */
interface Shape {
  readonly names: readonly string[];
  readonly hasDots: boolean;
  readonly makeBlank: MakeBlank;
}

/*
 * V8 keeps the first four properties of an object that began as `{}` in the
 * object itself, and the others in an array beside it; those of an object that
 * was parsed from JSON, and of its copies, are all in the object. So rows begin as
 * copies of one that was parsed: they take less memory, and a property is read
 * in one step. The function that copies is made anew for each shape, for the
 * reason that `select` gives.
 */
const source = new Script('template => () => ({...template})');

/**
 * By the names as JSON. Tables whose rows have the same properties share one:
 * what is read from rows of many shapes is read slowly.
 */
const sharedShapes = new Map<string, Shape>();

/*
 * Names come from callers: beyond so many shapes of one table, or of all, rows
 * are as V8 makes them.
 */
const maxShapesOfTable = 100;
const maxShapes = 10_000;

/** V8 makes dictionaries of objects with very many properties. */
const maxNames = 100;

/** The shapes that rows of one table have. */
export class RowShapes {
  /** Mostly rows have the shape of the row before. */
  private last: Shape | undefined;
  private readonly shapes = new Map<string, Shape>();

  /** `added` are properties that each row has in the end. */
  constructor(private readonly added: readonly string[]) {}

  /** The names of a row's properties, then those of a patch, then those added. */
  allNames(row: object, patch?: object): string[] {
    const names = Object.keys(row);
    if (patch !== undefined) {
      for (const name of Object.keys(patch)) {
        if (!Object.hasOwn(row, name)) names.push(name);
      }
    }
    for (const name of this.added) {
      if (!Object.hasOwn(row, name) && !names.includes(name)) names.push(name);
    }
    return names;
  }

  /** An object with these properties, in this order; the value of each is null. */
  blank(names: readonly string[]): Record<string, unknown> {
    const {last} = this;
    if (last !== undefined && isSame(last.names, names)) {
      return last.makeBlank();
    }
    const shape = this.shapeOf(names);
    this.last = shape;
    return shape.makeBlank();
  }

  /** What makes the same as {@link blank} of these names, over and over. */
  blankMaker(names: readonly string[]): MakeBlank {
    return this.shapeOf(names).makeBlank;
  }

  /** Whether a name of the object that was made last has a dot in it. */
  get lastHasDots(): boolean {
    return this.last?.hasDots === true;
  }

  private shapeOf(names: readonly string[]): Shape {
    const key = JSON.stringify(names);
    const known = this.shapes.get(key);
    if (known !== undefined) return known;
    const isOneTooMany =
      names.length > maxNames ||
      this.shapes.size >= maxShapesOfTable ||
      sharedShapes.size >= maxShapes;
    if (isOneTooMany) {
      const hasDots = names.some(isDotted);
      return {names, hasDots, makeBlank: () => blankOf(names)};
    }
    const shape = shared(key, names);
    this.shapes.set(key, shape);
    return shape;
  }
}

function shared(key: string, names: readonly string[]): Shape {
  const known = sharedShapes.get(key);
  if (known !== undefined) return known;
  const makeMakeBlank = source.runInThisContext() as (
    template: unknown,
  ) => MakeBlank;
  const template: unknown = JSON.parse(JSON.stringify(blankOf(names)));
  const hasDots = names.some(isDotted);
  const shape = {names, hasDots, makeBlank: makeMakeBlank(template)};
  sharedShapes.set(key, shape);
  return shape;
}

function isDotted(name: string): boolean {
  return name.includes('.');
}

function blankOf(names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map(name => [name, null]));
}

function isSame(names: readonly string[], others: readonly string[]): boolean {
  if (names.length !== others.length) return false;
  for (let i = 0; i < names.length; i++) {
    if (names[i] !== others[i]) return false;
  }
  return true;
}
