import {InMemoryError} from '../base/errors';
import {isObject, isRecord} from '../base/objects';
import {isUnresolved, nestedModels, typeNames} from './declared-types';
import type {ModelClass} from './loopback';
import {didYouMean} from './warn';

type Method = (this: object, ...args: unknown[]) => unknown;
type Notify = (
  this: unknown,
  operation: unknown,
  context: unknown,
  callback?: (error?: unknown, context?: unknown) => void,
) => unknown;

/** The private parts of a model class that are mended here. */
interface FillableModel {
  readonly prototype: Record<
    | '_initProperties'
    | 'patchAttributes'
    | 'replaceAttributes'
    | 'setAttributes'
    | 'toObject'
    | 'updateAttributes',
    Method
  >;
  _sanitizeData: (this: unknown, data: unknown, options: unknown) => unknown;
  notifyObserversOf: Notify;
}

/** Methods without which LoopBack fails at an instance. */
const needed: ReadonlySet<string> = new Set([
  'constructor',
  'isValid',
  'setAttributes',
  'toJSON',
  'toObject',
  'trigger',
]);

/**
 * Has data that LoopBack cannot make an instance of refused with INVALID_VALUE,
 * naming the cause, where it fails with errors of JavaScript. Those that it
 * meets after a hook has run it throws where nobody catches them, which ends the
 * process: here the call fails with them.
 *
 * A row of a file that has a property with a dot, which LoopBack refuses to
 * read, is read.
 */
export function mendDataErrors(modelClass: ModelClass): void {
  const model = modelClass as unknown as FillableModel;
  const thrown = new WeakSet<object>();
  const refused: Refuse = error => {
    if (!(error instanceof Error)) return error;
    const own = 'statusCode' in error ? error : invalid(error, modelClass);
    thrown.add(own);
    return own;
  };
  mendFilling(model.prototype, refused);
  mendUpdates(model.prototype, refused);

  const {_sanitizeData: sanitize, notifyObserversOf: notify} = model;
  model._sanitizeData = function (data, options) {
    try {
      if (isRecord(data)) refuseUnreadable(data);
      return sanitize.call(this, data, options);
    } catch (error) {
      throw refused(error);
    }
  };
  model.notifyObserversOf = function (operation, context, callback) {
    if (typeof callback !== 'function') {
      return notify.call(this, operation, context);
    }
    return notify.call(this, operation, context, (error, changed) => {
      try {
        callback(error, changed);
      } catch (failure) {
        if (error || !isObject(failure) || !thrown.has(failure)) throw failure;
        thrown.delete(failure);
        callback(failure);
      }
    });
  };
}

/** Makes the error that a client gets of one that LoopBack has thrown. */
type Refuse = (error: unknown) => unknown;

/** Mends what makes instances of data, and data of instances. */
function mendFilling(
  prototype: FillableModel['prototype'],
  refused: Refuse,
): void {
  const {_initProperties: fill, setAttributes, toObject} = prototype;

  prototype._initProperties = function (data, options) {
    try {
      const filled = fill.call(this, data, options);
      if (isSchemaless(this)) requireMethods(this);
      return filled;
    } catch (error) {
      const isStored = isObject(options) && options['persisted'] === true;
      if (!isStored || !hasDots(data)) throw refused(error);
      return fillDotted(this, data, rest => fill.call(this, rest, options));
    }
  };
  prototype.toObject = function (onlySchema, removeHidden, removeProtected) {
    try {
      return toObject.call(this, onlySchema, removeHidden, removeProtected);
    } catch (error) {
      throw refused(error);
    }
  };
  prototype.setAttributes = function (data) {
    try {
      setAttributes.call(this, data);
      if (isSchemaless(this)) requireMethods(this);
    } catch (error) {
      throw refused(error);
    }
  };
}

/**
 * Has updates of an instance call back with what they throw at once: others call
 * them from callbacks of their own, where nobody would catch it.
 */
function mendUpdates(
  prototype: FillableModel['prototype'],
  refused: Refuse,
): void {
  const {replaceAttributes, updateAttributes} = prototype;
  const calledBack = (update: Method): Method =>
    function (data, options, callback) {
      const args = [data, options, callback];
      try {
        return update.apply(this, args);
      } catch (error) {
        const done = args.find(each => typeof each === 'function');
        if (done === undefined) throw refused(error);
        process.nextTick(done, refused(error));
        return undefined;
      }
    };
  prototype.updateAttributes = calledBack(updateAttributes);
  prototype.patchAttributes = prototype.updateAttributes;
  prototype.replaceAttributes = calledBack(replaceAttributes);
}

function hasDots(data: unknown): data is Record<string, unknown> {
  return isRecord(data) && Object.keys(data).some(name => name.includes('.'));
}

function isSchemaless(instance: object): boolean {
  return (instance as {__strict?: unknown}).__strict === false;
}

function requireMethods(instance: object): void {
  for (const name of needed) {
    if (typeof (instance as Record<string, unknown>)[name] !== 'function') {
      throw new TypeError(`${cannotHave} "${name}"`);
    }
  }
}

const cannotHave = 'a property cannot have the name';

/** Refuses data that could be written, and of which no instance can be made. */
function refuseUnreadable(data: Readonly<Record<string, unknown>>): void {
  for (const name in data) {
    const value = data[name];
    const hidesMethod =
      isObject(value) &&
      'toObject' in value &&
      typeof value['toObject'] !== 'function';
    if (hidesMethod || (needed.has(name) && typeof value !== 'function')) {
      throw new TypeError(`${cannotHave} "${hidesMethod ? 'toObject' : name}"`);
    }
  }
}

/** Fills an instance with a row of which the names with a dot are kept back. */
function fillDotted(
  instance: object,
  data: Record<string, unknown>,
  fill: (data: object) => unknown,
): unknown {
  const entries = Object.entries(data);
  const dotted = entries.filter(([name]) => name.includes('.'));
  const filled = fill(
    Object.fromEntries(entries.filter(([name]) => !name.includes('.'))),
  );
  for (const [name, value] of dotted) {
    (instance as Record<string, unknown>)[name] = value;
  }
  return filled;
}

function invalid(error: Error, modelClass: ModelClass): InMemoryError {
  return error instanceof ReferenceError
    ? (ofUnknownType(error, modelClass) ?? ofData(error, modelClass))
    : ofData(error, modelClass);
}

/** What LoopBack means by a ReferenceError where a type is not defined. */
function ofUnknownType(
  cause: ReferenceError,
  {definition, modelName}: ModelClass,
): InMemoryError | undefined {
  const missing = nestedModels(definition.properties).find(isUnresolved);
  if (missing?.modelName === undefined) return undefined;
  const {modelName: type} = missing;
  return new InMemoryError(
    'INVALID_MODEL',
    `A property of ${modelName} has the type "${type}", which is neither a type ` +
      `nor a model that is defined.${didYouMean(type, typeNames)}`,
    {table: modelName, value: type},
    {cause},
  );
}

function ofData(error: Error, {modelName}: ModelClass): InMemoryError {
  return new InMemoryError(
    'INVALID_VALUE',
    // LoopBack's own messages stay as they are: its published tests ask for them.
    error instanceof TypeError
      ? `The data of ${modelName} cannot be used: ${error.message}.`
      : error.message,
    {table: modelName},
    {cause: error},
  );
}
