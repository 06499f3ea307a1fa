import {isPlainObject} from '../base/objects';
import {isCast, sanitizedFlat} from './cast-check';
import type {ModelClass} from './loopback';
import {type CoercingModel, hasUndefinedSetting} from './model-coercion';

/**
 * Is called with a property and the operators of one condition on it, of which
 * the first one counts.
 */
type MeetSeveral = (property: string, operators: readonly string[]) => void;

/**
 * Leaves it to the juggler to cast conditions and rows, as in production, but
 * where all values have their types already, for it takes 6 us to find that out.
 * `meet`, where there is one, is called for each condition of several operators:
 * the juggler keeps the first one, and the connector never sees the others.
 */
export function coerceAsProduction(
  modelClass: ModelClass,
  meet: MeetSeveral | undefined,
): void {
  const model = modelClass as CoercingModel;
  const {_coerce: coerce, _sanitizeData: sanitizeData} = model;
  model._coerce = function (where, options, modelDefinition) {
    const {properties} = model.definition;
    const isSame =
      !modelDefinition && isCast(where, properties) && isKept(where);
    if (isSame) return where;
    if (meet && isPlainObject(where)) meetIn(where, model, meet);
    return coerce.call(this, where, options, modelDefinition);
  };
  model._sanitizeData = function (data, options) {
    const flat = hasUndefinedSetting(options) ? undefined : sanitizedFlat(data);
    return flat ?? sanitizeData.call(this, data, options);
  };
}

/**
 * Whether the juggler keeps the conditions of a where that is cast: of several
 * operators it keeps one, for `eq` it writes the value.
 */
function isKept(where: unknown): boolean {
  if (!isPlainObject(where)) return true;
  return Object.entries(where).every(([name, condition]) => {
    if (Array.isArray(condition)) {
      return !isGroup(name) || condition.every(isKept);
    }
    if (!isPlainObject(condition)) return true;
    const operators = Object.keys(condition);
    return (
      operators.length === 1 &&
      operators[0] !== 'eq' &&
      condition[operators[0]!] !== undefined
    );
  });
}

function isGroup(name: string): boolean {
  return name === 'and' || name === 'or' || name === 'nor';
}

function meetIn(
  where: Readonly<Record<string, unknown>>,
  {definition: {properties}}: ModelClass,
  meet: MeetSeveral,
): void {
  for (const name of Object.keys(where)) {
    const condition = where[name];
    const type = properties[name]?.type;
    // An object that is stored may have any names.
    if (!isPlainObject(condition) || !isScalarType(type)) continue;
    const operators = Object.keys(condition).filter(key => key !== 'options');
    if (operators.length > 1) meet(name, keptFirst(operators));
  }
}

/** The operators that the juggler knows, in the order in which it looks for one. */
const inOrder = [
  'eq',
  'gt',
  'gte',
  'lt',
  'lte',
  'between',
  'inq',
  'nin',
  'neq',
  'like',
  'nlike',
  'ilike',
  'nilike',
  'regexp',
];

/** The operators of a condition, the one that is kept before the others. */
function keptFirst(operators: readonly string[]): readonly string[] {
  const kept = inOrder.find(operator => operators.includes(operator));
  if (kept === undefined) return operators;
  return [kept, ...operators.filter(operator => operator !== kept)];
}

function isScalarType(type: unknown): boolean {
  return (
    type === Number || type === String || type === Boolean || type === Date
  );
}
