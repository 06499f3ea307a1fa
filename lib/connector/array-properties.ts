import {InMemoryError, show} from '../base/errors';
import {isArrayType, parsed} from '../value/coerce';
import {isUnresolved, nestedModels, typeOf} from './declared-types';
import type {NestedModel, PropertyDefinitions} from './loopback';

/** A model class, defined or nested, as far as it is mended here. */
interface Instances {
  readonly modelName?: string;
  readonly prototype: object;
  readonly dataSource?: unknown;
  readonly setter?: Readonly<Record<string, unknown>>;
  readonly definition: {readonly properties: PropertyDefinitions};
}

/** A property of a prototype, as a setter makes it. */
interface Accessor extends PropertyDescriptor {
  set?: (this: unknown, value: unknown) => void;
}

const mendedSetters = new WeakSet<object>();

/**
 * Lets instances of a model, and of those that are nested in it, refuse a number
 * in the place of a declared array. The juggler takes it for the length of a new
 * array: 5 became five times null, and 1e9 the end of the process. Properties
 * that were added since the last call are mended, too.
 */
export function mendArrayProperties(model: Instances): void {
  const nested = nestedModels(model.definition.properties).filter(
    (each: NestedModel) =>
      !isUnresolved(each) &&
      (!each.dataSource || each.dataSource === model.dataSource),
  );
  for (const each of [model, ...(nested as Instances[])]) mendSetters(each);
}

function mendSetters(model: Instances): void {
  const {prototype, definition} = model;
  for (const [name, {type}] of Object.entries(definition.properties)) {
    if (!isArrayType(typeOf(type))) continue;
    const accessor: Accessor | undefined = Object.getOwnPropertyDescriptor(
      prototype,
      name,
    );
    if (!accessor?.set || mendedSetters.has(accessor.set)) continue;
    const mended = mendedAccessor(accessor, name, model);
    mendedSetters.add(mended.set!);
    Object.defineProperty(prototype, name, mended);
  }
}

function mendedAccessor(
  accessor: Accessor,
  name: string,
  model: Instances,
): Accessor {
  return {
    ...accessor,
    set(value) {
      const hasOwnSetter = model.setter?.[name] !== undefined;
      if (!hasOwnSetter) refuseLength(value, name, model);
      accessor.set!.call(this, value);
    },
  };
}

function refuseLength(
  value: unknown,
  property: string,
  {modelName: table = ''}: Instances,
): void {
  const kind = typeof parsed(value);
  if (kind !== 'number' && kind !== 'boolean') return;
  throw new InMemoryError(
    'INVALID_VALUE',
    `${table}.${property} cannot be ${show(value)}: it must be an array.`,
    {table, property, value, constraint: 'type'},
  );
}
