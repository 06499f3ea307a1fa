import {InMemoryError, show} from '../../base/errors';
import {refuseUnknownOptions} from '../arguments';
import {
  type Creating,
  refuseCircle,
  requireAttributes,
  requireCount,
  requireRange,
  requireValues,
} from './factory-arguments';
import {meant} from './mistakes';
import {
  type ClockAndIds,
  clockOf,
  defaultOf,
  GeneratedValues,
  isGenerated,
  type Random,
  randomFrom,
} from './generated-values';
import type {Property} from './seeded-model';

/** What the function of an attribute is handed, besides the number of the row. */
export interface Making {
  /** Numbers from 0 to less than 1, the same ones in each run. */
  readonly random: Random;
  /** A whole number of a range, both ends included. */
  readonly integer: (least: number, greatest: number) => number;
  /** One of some values. */
  readonly pick: <T>(values: readonly T[]) => T;
  /** The time that counts as now: the factory's `now`. */
  readonly now: Date;
  /** What the row has by now: values, and what functions before this one made. */
  readonly row: Readonly<Record<string, unknown>>;
}

/** An attribute of a row: a value, a function that makes it, or rows of another factory. */
export type Attribute =
  | ((seq: number, making: Making) => unknown)
  | object
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined;

/** The attributes of rows by name; functions are called with 1 for the first row. */
export type Definition = Readonly<Record<string, Attribute>>;

export interface FactoryOptions extends ClockAndIds {
  /** Attributes that rows have which are made {@link Factory.with} one of these names. */
  readonly traits?: Readonly<Record<string, Definition>>;
  /** What random values are made from. Default 1. */
  readonly seed?: number | string;
}

/** Where a factory creates rows: a model class of the juggler, or a repository. */
export interface FactoryTarget<Row extends object = object> {
  create(row: never, options?: never): PromiseLike<Row>;
}

interface Target {
  create(row: object): PromiseLike<object>;
  createAll?(rows: readonly object[]): PromiseLike<object[]>;
  readonly modelClass?: Target;
  readonly modelName?: string;
  readonly entityClass?: {readonly modelName?: string};
  readonly definition?: {
    readonly properties?: Readonly<Record<string, Property>>;
  };
}

/** Another factory's row, to which an attribute refers. */
export class Association {
  /** @internal */
  constructor(
    readonly factory: Factory<object>,
    readonly overrides: Definition,
    readonly property: string | undefined,
  ) {}
}

/**
 * An attribute that refers to a row which another factory creates, with attributes of
 * its own. It is the row's id, or the property that is named.
 */
export function association(
  factory: Factory<object>,
  overrides: Definition = {},
  property?: string,
): Association {
  if (!(factory instanceof Factory)) {
    throw new InMemoryError(
      'INVALID_SETTING',
      `association() takes what factory() has returned, and not ${show(factory)}.`,
      {property: 'factory'},
    );
  }
  requireAttributes(overrides);
  return new Association(factory, overrides, property);
}

/** What all forms of a factory share: those with traits count on. */
interface Shared {
  readonly target: Target;
  readonly definition: Definition;
  readonly options: FactoryOptions;
  readonly name: string;
  seq: number;
  random: Random;
  generated: GeneratedValues | undefined;
}

/** Makes rows of a model; see {@link factory}. */
export class Factory<Row extends object> {
  /** @internal */
  constructor(
    private readonly shared: Shared,
    private readonly traits: readonly Definition[],
  ) {}

  /** The same factory, whose rows have the attributes of some traits, later ones first. */
  with(...names: readonly string[]): Factory<Row> {
    const {name, options} = this.shared;
    const known = options.traits ?? {};
    const traits = names.map(trait => {
      if (Object.hasOwn(known, trait)) return known[trait]!;
      const all = Object.keys(known);
      throw new InMemoryError(
        'INVALID_SETTING',
        `The factory of ${name} has no trait ${show(trait)}` +
          `${meant(trait, all) || `; it has ${all.join(', ') || 'none'}`}.`,
        {property: 'traits', value: trait},
      );
    });
    return new Factory(this.shared, [...this.traits, ...traits]);
  }

  /**
   * The attributes of a row that is not written. Nothing is created for attributes that
   * refer to rows of other factories: they are left out, unless they are given.
   */
  build(overrides: Definition = {}): Record<string, unknown> {
    const seq = ++this.shared.seq;
    const row: Record<string, unknown> = {};
    const making = this.making(row);
    const all = Object.entries(this.attributes(overrides));
    const isMade = (attribute: unknown): attribute is Function =>
      typeof attribute === 'function';
    for (const [name, attribute] of all) {
      const isPlain = !isMade(attribute) && associated(attribute) === undefined;
      if (isPlain && attribute !== undefined) row[name] = attribute;
    }
    for (const [name, attribute] of all) {
      if (!isMade(attribute)) continue;
      const made = (attribute as (...all: unknown[]) => unknown)(seq, making);
      if (made !== undefined) row[name] = made;
    }
    this.makeGenerated(row);
    return row;
  }

  /** As {@link build}, so many times. Fits in a seed: `{User: users.buildList(3)}`. */
  buildList(
    count: number,
    overrides: Definition = {},
  ): Record<string, unknown>[] {
    requireCount(count);
    return Array.from({length: count}, () => this.build(overrides));
  }

  /** Creates a row, and before it those to which it refers. Fails as the model does. */
  async create(overrides: Definition = {}): Promise<Row> {
    return this.createFor([], overrides);
  }

  /** As {@link create}, for attributes of others, the nearest last. */
  private async createFor(
    way: readonly Creating[],
    overrides: Definition,
  ): Promise<Row> {
    const row = await this.whole(overrides, way);
    return (await this.shared.target.create(row)) as Row;
  }

  /** Creates rows by one statement, those to which they refer one by one before. */
  async createList(count: number, overrides: Definition = {}): Promise<Row[]> {
    requireCount(count);
    const {target} = this.shared;
    const rows: object[] = [];
    for (let i = 0; i < count; i++) {
      rows.push(await this.whole(overrides, []));
    }
    if (count === 0) return [];
    if (typeof target.createAll === 'function') {
      return [...(await target.createAll(rows))] as Row[];
    }
    const created: Row[] = [];
    for (const row of rows) created.push((await target.create(row)) as Row);
    return created;
  }

  /** Begins anew: the next row is the first one again, with the same random values. */
  rewind(): void {
    const {name, options} = this.shared;
    this.shared.seq = 0;
    this.shared.random = randomOf(name, options);
    this.shared.generated = generatedOf(name, options);
  }

  /** All attributes; those that take the place of others come behind these. */
  private attributes(overrides: Definition): Definition {
    const all: Record<string, Attribute> = {...this.shared.definition};
    for (const part of [...this.traits, overrides]) {
      requireAttributes(part);
      for (const [name, attribute] of Object.entries(part)) {
        delete all[name];
        all[name] = attribute;
      }
    }
    return all;
  }

  /** The attributes of a row, and the ids of those that it refers to. */
  private async whole(
    overrides: Definition,
    way: readonly Creating[],
  ): Promise<Record<string, unknown>> {
    const referring: Record<string, unknown> = {};
    const all = Object.entries(this.attributes(overrides));
    for (const [name, attribute] of all) {
      const found = associated(attribute);
      if (found === undefined) continue;
      const text = `${this.shared.name}.${name}`;
      refuseCircle(attribute, way, text);
      const created = await found.factory.createFor(
        [...way, {attribute, text}],
        found.overrides,
      );
      const property = this.propertyOf(name);
      referring[property] = found.property
        ? found.factory.valueOf(created, found.property)
        : found.factory.idOf(created);
    }
    return {...this.build(overrides), ...referring};
  }

  /** The property that keeps what an attribute of that name refers to. */
  private propertyOf(name: string): string {
    const properties = propertiesOf(this.shared.target);
    const isKnown = properties !== undefined && !(name in properties);
    return isKnown && `${name}Id` in properties ? `${name}Id` : name;
  }

  /** A property of a row that was created. */
  private valueOf(row: object, property: string): unknown {
    const {name, target} = this.shared;
    const known = Object.keys(propertiesOf(target) ?? row);
    if (property in row || known.includes(property)) {
      return valueIn(row, property);
    }
    throw new InMemoryError(
      'INVALID_SETTING',
      `association() refers to ${show(property)}, and ${name} has no such property` +
        `${meant(property, known) || `; it has ${known.join(', ')}`}.`,
      {property: 'association', table: name},
    );
  }

  /** The id of a row that was created. */
  private idOf(row: object): unknown {
    const properties = propertiesOf(this.shared.target) ?? {};
    const ids = Object.keys(properties).filter(name => properties[name]!.id);
    if (ids.length === 1) return valueIn(row, ids[0]!);
    if (ids.length === 0) return valueIn(row, 'id');
    throw new InMemoryError(
      'INVALID_SETTING',
      `${this.shared.name} has several id properties, ${ids.join(', ')}: name the one that ` +
        'is referred to, as in association(factory, {}, property).',
      {property: 'association', table: this.shared.name},
    );
  }

  private making(row: Readonly<Record<string, unknown>>): Making {
    const {options, random} = this.shared;
    const upTo = (count: number): number => Math.floor(random() * count);
    const integer = (least: number, greatest: number): number => {
      requireRange(least, greatest);
      return least + upTo(greatest - least + 1);
    };
    const pick = <T>(values: readonly T[]): T => {
      requireValues(values);
      return values[upTo(values.length)]!;
    };
    const clock = clockOf(options.now ?? startOfTime);
    return {
      random,
      integer,
      pick,
      row,
      get now() {
        return clock();
      },
    };
  }

  /** Gives a row the times and ids that its model would make, where they are set. */
  private makeGenerated(row: Record<string, unknown>): void {
    const {generated, target} = this.shared;
    const properties = propertiesOf(target);
    if (generated === undefined || properties === undefined) return;
    for (const [name, property] of Object.entries(properties)) {
      if (row[name] !== undefined || !isGenerated(property)) continue;
      row[name] = defaultOf(property, generated);
    }
  }
}

/** What counts as now where nobody says otherwise, so that each run makes the same. */
const startOfTime = '2026-01-01T00:00:00.000Z';

/**
 * Makes rows of a model for tests, the same ones in each run. `target` is a repository, or
 * a model class of a datasource.
 *
 *   const users = factory(userRepository, {
 *     name: seq => `user ${seq}`,
 *     age: (seq, {integer}) => integer(18, 80),
 *   }, {traits: {admin: {role: 'admin'}}});
 *   const posts = factory(postRepository, {title: 'Untitled', authorId: users});
 *   await posts.createList(3);
 *   await users.with('admin').create({name: 'root'});
 *
 * With `now` or `ids` also times and ids are the same that the model makes by default.
 * Fails with INVALID_SETTING where the target cannot create rows, on attributes that are
 * no object, or on an option that there is not.
 */
export function factory<Row extends object>(
  target: FactoryTarget<Row>,
  definition: Definition,
  options: FactoryOptions = {},
): Factory<Row> {
  refuseUnknownOptions('factory', options, ['traits', 'seed', 'now', 'ids']);
  const given = target as unknown as Target | undefined;
  if (typeof given?.create !== 'function') {
    throw new InMemoryError(
      'INVALID_SETTING',
      `factory() makes rows of a repository or of a model class of a datasource, which ` +
        `have create(); ${show(target)} has not.`,
      {property: 'target'},
    );
  }
  requireAttributes(definition);
  const {entityClass, modelClass, modelName} = given;
  const named = modelName ?? entityClass?.modelName ?? modelClass?.modelName;
  const name = named ?? 'a model';
  const shared: Shared = {
    target: given,
    definition,
    options,
    name,
    seq: 0,
    random: randomOf(name, options),
    generated: generatedOf(name, options),
  };
  return new Factory<Row>(shared, []);
}

function randomOf(name: string, {seed = 1}: FactoryOptions): Random {
  return randomFrom(`${seed} ${name}`);
}

/** Models with the same ids to be made of would have the same ones. */
function generatedOf(
  name: string,
  {ids, now}: FactoryOptions,
): GeneratedValues | undefined {
  if (ids === undefined && now === undefined) return undefined;
  const ofModel =
    ids === undefined || typeof ids === 'function' ? ids : `${ids} ${name}`;
  return new GeneratedValues({ids: ofModel, now});
}

function propertiesOf(
  target: Target,
): Readonly<Record<string, Property>> | undefined {
  return (target.modelClass ?? target).definition?.properties;
}

function associated(attribute: unknown): Association | undefined {
  if (attribute instanceof Association) return attribute;
  if (!(attribute instanceof Factory)) return undefined;
  return new Association(attribute as Factory<object>, {}, undefined);
}

function valueIn(row: object, property: string): unknown {
  return (row as Record<string, unknown>)[property];
}
