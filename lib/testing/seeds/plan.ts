import {show} from '../../base/errors';
import {isPlainObject} from '../../base/objects';
import {type Mistakes, meant} from './mistakes';
import {nameKey, placeOf, type SeedRow} from './seed-rows';
import {converted, isBlank, Problem, type SeededModel} from './seeded-model';

/** A place in a row that has the value of a row with a name. */
export interface NamedReference {
  /** Of the property, and of what is within it. */
  readonly path: readonly (string | number)[];
  /** Without the `@`. */
  readonly text: string;
  /** The row that is meant; undefined where it was seeded before. */
  target?: PlannedRow;
  /** The property of it that is meant; its id where undefined. */
  property?: string;
  /** What was seeded before. */
  value?: unknown;
}

/** A row that is to be written. */
export interface PlannedRow {
  readonly model: SeededModel;
  readonly seed: SeedRow;
  /** Its values, of the types that are declared; references are filled in later. */
  readonly values: Record<string, unknown>;
  /** Those that are not filled in yet. */
  references: NamedReference[];
  /** As it was written; of rows that have a name. */
  written?: Readonly<Record<string, unknown>>;
}

/** Makes of the rows of a seed those that are to be written; notes what is wrong. */
export class Planner {
  private readonly names = new Map<string, PlannedRow>();
  private seeds: readonly SeedRow[] = [];

  constructor(
    private readonly mistakes: Mistakes,
    private readonly modelOf: (name: string) => SeededModel | undefined,
    /** The value that a reference has to a row that was seeded before. */
    private readonly known: (text: string) => unknown,
  ) {}

  /** Fails where anything is wrong. */
  plan(rows: readonly SeedRow[]): PlannedRow[] {
    this.seeds = rows;
    const planned = rows.map(seed => this.planned(seed));
    for (const row of planned) {
      for (const reference of row.references) this.aim(row, reference);
    }
    this.mistakes.throwIfAny();
    return planned;
  }

  private planned(seed: SeedRow): PlannedRow {
    const model = this.modelOf(seed.model)!;
    const row: PlannedRow = {model, seed, values: {}, references: none};
    const {name} = seed;
    const other = name === undefined ? undefined : this.names.get(name);
    if (other !== undefined) {
      this.mistakes.add(
        placeOf(seed),
        `another row has the name ${show(name)}: ${placeOf(other.seed).text}`,
      );
    } else if (name !== undefined) this.names.set(name, row);
    for (const key in seed.values) {
      const value = seed.values[key];
      if (value === undefined || key === nameKey) continue;
      const type = mayRefer(value) ? undefined : model.types.get(key);
      if (type === undefined) this.take(row, key, value);
      else this.put(row, key, converted(value, type));
    }
    for (const property of model.required) {
      if (!isBlank(row.values[property])) continue;
      const isGiven = row.references.some(({path}) => path[0] === property);
      if (isGiven) continue;
      this.mistakes.add(placeOf(seed), `${property} is required`);
    }
    return row;
  }

  private take(row: PlannedRow, key: string, value: unknown): void {
    const {model, seed, values} = row;
    const property = model.propertyOf(key, isReference(value)) ?? key;
    const before = row.references.length;
    const plain = mayRefer(value)
      ? this.withoutReferences(row, [property], value)
      : value;
    if (!Object.hasOwn(model.properties, property)) {
      const isRefused = model.isStrict || property === '__proto__';
      if (isRefused) this.refuseProperty(row, key, value);
      else values[property] = plain;
      return;
    }
    if (key !== property && Object.hasOwn(values, property)) {
      this.mistakes.add(
        placeOf(seed),
        `${property} is given twice, also as ${key}`,
      );
    }
    // What is yet to be filled in has no type.
    const isOpen = row.references.length > before;
    const {type} = model.properties[property]!;
    this.put(row, property, isOpen ? plain : converted(plain, type));
  }

  private put(
    {seed, values}: PlannedRow,
    property: string,
    value: unknown,
  ): void {
    if (value instanceof Problem) {
      const hint = this.referenceMeant(seed.values[property]);
      this.mistakes.add(placeOf(seed), `${property} ${value.text}${hint}`);
    }
    // A value that is wrong is none that is missing; nothing writes it.
    values[property] = value;
  }

  private refuseProperty(
    {model, seed}: PlannedRow,
    key: string,
    value: unknown,
  ): void {
    const isRelation = Object.hasOwn(model.modelClass.relations ?? {}, key);
    const mayRefer = model.propertyOf(key, true) !== undefined;
    const hint = mayRefer ? this.referenceMeant(value) : '';
    const rest = hint || meant(key, Object.keys(model.properties));
    this.mistakes.add(
      placeOf(seed),
      isRelation
        ? `${key} is a relation${hint || ': give its rows under their own model, with references'}`
        : `${model.name} has no property ${show(key)}${rest}`,
    );
  }

  /** A question for the reference that was meant where a text is the name of a row. */
  private referenceMeant(value: unknown): string {
    if (typeof value !== 'string' || this.mistakes.areMany) return '';
    const isName =
      this.seeds.some(({name}) => name === value) ||
      this.known(value) !== undefined;
    return isName ? `; did you mean "@${value}", the row of that name?` : '';
  }

  /** A value with null in the place of references, and texts as they are meant. */
  private withoutReferences(
    row: PlannedRow,
    path: readonly (string | number)[],
    value: unknown,
  ): unknown {
    if (typeof value === 'string') {
      if (value.charCodeAt(0) !== at) return value;
      if (value.charCodeAt(1) === at) return value.slice(1);
      if (value.length === 1) return value;
      if (row.references === none) row.references = [];
      row.references.push({path, text: value.slice(1)});
      return null;
    }
    if (typeof value !== 'object' || value === null) return value;
    if (path.length > maxDepth) {
      this.mistakes.add(
        placeOf(row.seed),
        `${path[0]} is nested deeper than ${maxDepth}, or circular`,
      );
      return null;
    }
    if (Array.isArray(value)) {
      return value.map((element, i) =>
        this.withoutReferences(row, [...path, i], element),
      );
    }
    if (!isPlainObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [
        key,
        this.withoutReferences(row, [...path, key], member),
      ]),
    );
  }

  /** Finds what a reference refers to. */
  private aim(row: PlannedRow, reference: NamedReference): void {
    const {text} = reference;
    const target = this.names.get(text);
    if (target !== undefined) {
      reference.target = target;
      if (target.model.idNames.length === 1) return;
      this.mistakes.add(
        placeOf(row.seed),
        `${pathText(reference)} refers to "@${text}", which has no single id; name the ` +
          `property: "@${text}.${target.model.idNames[0] ?? 'property'}"`,
      );
      return;
    }
    const dot = text.lastIndexOf('.');
    const owner = dot === -1 ? undefined : this.names.get(text.slice(0, dot));
    if (owner !== undefined) {
      reference.target = owner;
      reference.property = text.slice(dot + 1);
      const {properties, isStrict, name} = owner.model;
      if (!isStrict || Object.hasOwn(properties, reference.property)) return;
      this.mistakes.add(
        placeOf(row.seed),
        `${pathText(reference)} refers to "@${text}", and ${name} has no property ` +
          `${show(reference.property)}${meant(reference.property, Object.keys(properties))}`,
      );
      return;
    }
    reference.value = this.known(text);
    if (reference.value !== undefined) return;
    this.mistakes.add(
      placeOf(row.seed),
      `${pathText(reference)} refers to "@${text}", and no row has that name` +
        `${meant(text, this.names.keys())} (a text that begins with @ is written "@@${text}")`,
    );
  }
}

/** What most rows have, so that they need no list of their own. */
const none: NamedReference[] = [];

const at = 64;

/** What is deeper is refused by the connector, too. */
const maxDepth = 200;

/** Whether a value may be a reference, or have one in it. */
function mayRefer(value: unknown): boolean {
  return typeof value === 'string'
    ? value.charCodeAt(0) === at
    : typeof value === 'object';
}

function isReference(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    value.length > 1 &&
    value.charCodeAt(0) === at &&
    value.charCodeAt(1) !== at
  );
}

/** A place in a row as code writes it: `tags[2].author`. */
export function pathText({path}: Pick<NamedReference, 'path'>): string {
  return path
    .map((part, i) =>
      typeof part === 'number' ? `[${part}]` : (i === 0 ? '' : '.') + part,
    )
    .join('');
}
