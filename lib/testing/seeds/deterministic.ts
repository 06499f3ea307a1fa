import {inMemory} from '../../connector/in-memory';
import {refuseUnknownOptions} from '../arguments';
import {type DataSourceLike, modelsOf, nestedModelsOf} from '../watched-models';
import {
  type ClockAndIds,
  defaultOf,
  GeneratedValues,
  isGenerated,
} from './generated-values';
import type {Property, SeedModelClass} from './seeded-model';

type Initialize = (this: Instance, ...args: unknown[]) => unknown;

interface Instance {
  readonly constructor: Function;
}

/** A model class whose instances are made by {@link Initialize}. */
type InstanceClass = SeedModelClass & {
  readonly prototype: {_initProperties?: Initialize};
};

interface DefiningDataSource {
  setupDataAccess?: (this: unknown, model: unknown, ...rest: unknown[]) => void;
}

/** What is set for a datasource, the latest last. */
const active = new WeakMap<object, GeneratedValues[]>();

/** What makes times and ids of a datasource, where they are set. */
export function activeValues(
  dataSource: DataSourceLike,
): GeneratedValues | undefined {
  return active.get(dataSource)?.at(-1);
}

/**
 * Sets the clock and the source of ids of all models of a datasource: of what LoopBack
 * makes for `defaultFn: 'now' | 'uuid' | 'uuidv4' | 'guid' | 'shortid' | 'nanoid'`,
 * `default: Date` and `default: '$now'`. Functions of models, and `new Date()` in an
 * application, go by the real one. Gives the function that ends it.
 *
 *   const end = deterministic(dataSource, {now: '2026-01-01', ids: 7});
 *
 * Without `ids` they follow from the seed 1; without `now` it is the real time. Fails with
 * INVALID_SETTING on a time that is none, or where the datasource has another connector.
 */
export function deterministic(
  dataSource: DataSourceLike,
  options: ClockAndIds = {},
): () => void {
  inMemory(dataSource);
  refuseUnknownOptions('deterministic', options, ['now', 'ids']);
  const {ids = 1, now} = options;
  const values = new GeneratedValues({ids, now});
  const set = active.get(dataSource) ?? [];
  active.set(dataSource, set);
  set.push(values);
  if (set.length === 1) undoing.set(dataSource, mendAll(dataSource));
  return () => {
    const place = set.indexOf(values);
    if (place === -1) return;
    set.splice(place, 1);
    if (set.length === 0) undoing.get(dataSource)?.();
  };
}

/** What gives models their own way back. */
const undoing = new WeakMap<object, () => void>();

/** Has instances of all models, also of those that are defined later, ask for values. */
function mendAll(dataSource: DataSourceLike): () => void {
  const latest = (): GeneratedValues | undefined => activeValues(dataSource);
  const undo: (() => void)[] = [];
  const mendNested = (): void => {
    for (const model of nestedModelsOf(dataSource)) {
      if (mended.has(model)) continue;
      mended.add(model);
      undo.push(mend(model as unknown as InstanceClass, latest));
    }
  };
  const mended = new Set<object>();
  for (const model of modelsOf(dataSource)) {
    undo.push(mend(model as unknown as InstanceClass, latest));
  }
  mendNested();
  undo.push(
    replace(dataSource as DefiningDataSource, 'setupDataAccess', original => {
      return function (this: unknown, model: unknown, ...rest: unknown[]) {
        original.call(this, model, ...rest);
        if (latest()) undo.push(mend(model as InstanceClass, latest));
        if (latest()) mendNested();
      };
    }),
  );
  return () => {
    for (const back of undo) back();
  };
}

/** Replaces a method that is inherited; gives what brings it back. */
function replace<Name extends string, Method extends Function>(
  holder: {[name in Name]?: Method},
  name: Name,
  make: (original: Method) => Method,
): () => void {
  const original = holder[name];
  if (original === undefined) return () => undefined;
  const isOwn = Object.hasOwn(holder, name);
  const made = make(original);
  holder[name] = made as never;
  return () => {
    // Somebody else may have replaced it since; it does nothing then.
    if (holder[name] !== made) return;
    if (isOwn) holder[name] = original as never;
    else delete holder[name];
  };
}

/**
 * Makes instances with other defaults while some are set: the juggler looks at the
 * definition only while it makes an instance, so that nobody else sees them.
 */
function mend(
  {prototype}: InstanceClass,
  latest: () => GeneratedValues | undefined,
): () => void {
  return replace(prototype, '_initProperties', original => {
    return function (this: Instance, ...args: unknown[]) {
      const values = latest();
      if (values === undefined) return original.apply(this, args);
      const {definition} = this.constructor as unknown as SeedModelClass;
      const {properties} = definition;
      definition.properties = withValues(properties, values);
      try {
        return original.apply(this, args);
      } finally {
        definition.properties = properties;
      }
    };
  });
}

type Properties = Readonly<Record<string, Property>>;

const made = new WeakMap<GeneratedValues, WeakMap<Properties, Properties>>();

/** Properties whose generated defaults come from the values that are set. */
function withValues(
  properties: Properties,
  values: GeneratedValues,
): Properties {
  const known = made.get(values) ?? new WeakMap<Properties, Properties>();
  made.set(values, known);
  const found = known.get(properties);
  if (found !== undefined) return found;
  const changed = Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [
      name,
      isGenerated(property) ? generating(property, values) : property,
    ]),
  );
  known.set(properties, changed);
  return changed;
}

function generating(property: Property, values: GeneratedValues): Property {
  const byDefault = {...property, default: () => defaultOf(property, values)};
  if (property.default !== undefined) return byDefault;
  // What is made by `defaultFn` is made also where defaults are not written.
  const others: Record<string, unknown> = byDefault;
  delete others['applyDefaultOnWrites'];
  delete others['defaultFn'];
  return others;
}
