import {InMemoryError, show} from '../../base/errors';
import {asList, isPlainObject} from '../../base/objects';
import {setOwn} from '../../value/copy';
import {compareBson} from './bson';
import {serverError} from './errors';
import {toStored} from './object-id';

type Document = Record<string, unknown>;

/** A change of a document: it is given a copy of one, and changes it. */
export type Change = (document: Document) => void;

/** Whether an update sets properties of the document, and nothing inside of them. */
export function isPlainSet(properties: Document): boolean {
  return Object.keys(properties).every(name => !/[.$]/.test(name));
}

/** Changes of what is under a path, by the operators of MongoDB. */
const operators: Readonly<
  Record<string, (value: unknown, operand: unknown) => unknown>
> = {
  $set: (_, operand) => operand,
  $unset: () => undefined,
  $inc: (value, operand) => numberIn(value, '$inc') + (operand as number),
  $mul: (value, operand) => numberIn(value, '$mul') * (operand as number),
  $min: (value, operand) =>
    value === undefined || compareBson(operand, value) < 0 ? operand : value,
  $max: (value, operand) =>
    value === undefined || compareBson(operand, value) > 0 ? operand : value,
  $push: (value, operand) => [...listIn(value, '$push'), ...eachOf(operand)],
  $addToSet: (value, operand) => {
    const list = [...listIn(value, '$addToSet')];
    for (const each of eachOf(operand)) {
      if (list.every(other => compareBson(other, each) !== 0)) list.push(each);
    }
    return list;
  },
  $pull: (value, operand) => without(value, [operand], '$pull'),
  $pullAll: (value, operand) =>
    without(value, asList(operand) as unknown[], '$pullAll'),
  $pop: (value, operand) =>
    operand === -1
      ? listIn(value, '$pop').slice(1)
      : listIn(value, '$pop').slice(0, -1),
  $currentDate: () => new Date(),
};

/** Operators of `allowExtendedOperators` for which there is nothing here. */
const notEmulated = new Set(['$rename', '$setOnInsert', '$bit']);

/**
 * What an update does to each document: sets properties, or does what operators of
 * MongoDB say where those are allowed and given. Undefined where there is nothing
 * to do.
 */
export function changeOf(
  properties: Document,
  allowsOperators: boolean,
): Change | undefined {
  const names = Object.keys(properties);
  const given = allowsOperators
    ? names.filter(name => name.startsWith('$'))
    : [];
  const refused = given.find(name => notEmulated.has(name));
  if (refused !== undefined) {
    throw new InMemoryError(
      'INVALID_VALUE',
      `The operator ${refused} of MongoDB is not emulated; write what it does ` +
        'by other ones.',
      {property: refused},
    );
  }
  const used = given.filter(name => Object.hasOwn(operators, name));
  if (used.length === 0) {
    return names.length === 0 ? undefined : changeBy('$set', properties);
  }
  const changes = used.map(name =>
    changeBy(name, properties[name] as Document),
  );
  return document => {
    for (const change of changes) change(document);
  };
}

function changeBy(name: string, paths: Document): Change {
  const apply = operators[name]!;
  const entries = Object.entries(paths).map(
    ([path, operand]) => [path.split('.'), toStored(operand)] as const,
  );
  return document => {
    for (const [path, operand] of entries) {
      changeUnder(document, path, value => apply(value, operand));
    }
  };
}

/** Changes what is under a path, making the objects that lead there. */
function changeUnder(
  holder: Document,
  [first = '', ...rest]: readonly string[],
  change: (value: unknown) => unknown,
): void {
  const value = Object.hasOwn(holder, first) ? holder[first] : undefined;
  if (rest.length === 0) {
    const next = change(value);
    if (next === undefined) delete holder[first];
    else setOwn(holder, first, next);
    return;
  }
  if (value === undefined) setOwn(holder, first, {});
  const inner = holder[first];
  if (!isPlainObject(inner) && !Array.isArray(inner)) {
    throw serverError(
      28,
      `Cannot create field '${rest[0]!}' in element {${first}: ${show(inner)}}`,
    );
  }
  changeUnder(inner as Document, rest, change);
}

function numberIn(value: unknown, operator: string): number {
  if (value === undefined) return 0;
  if (typeof value === 'number') return value;
  throw serverError(
    14,
    `Cannot apply ${operator} to a value of non-numeric type`,
  );
}

function listIn(value: unknown, operator: string): readonly unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value as unknown[];
  throw serverError(2, `Cannot apply ${operator} to a non-array field`);
}

/** The values that an operand adds: those of `$each`, or itself. */
function eachOf(operand: unknown): readonly unknown[] {
  const {$each: each} = (isPlainObject(operand) ? operand : {}) as {
    $each?: readonly unknown[];
  };
  return each ?? [operand];
}

function without(
  value: unknown,
  operands: readonly unknown[],
  operator: string,
): unknown {
  if (value === undefined) return undefined;
  return listIn(value, operator).filter(each =>
    operands.every(operand => compareBson(each, operand) !== 0),
  );
}
