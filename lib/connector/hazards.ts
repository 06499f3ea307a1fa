import {isPlainObject} from '../base/objects';
import type {ModelClass} from './loopback';

type Coerce = (
  this: unknown,
  where: unknown,
  options: unknown,
  modelDefinition: unknown,
) => unknown;

/** The private parts of a model class that are looked into here. */
interface CoercingModel extends ModelClass {
  _coerce: Coerce;
}

/** Is called with a property and the operators of one condition on it. */
type MeetSeveral = (property: string, operators: readonly string[]) => void;

/**
 * Has `meet` called for each condition of several operators before the juggler
 * casts it: it keeps the first one, and the connector never sees the others.
 */
export function watchOperators(
  modelClass: ModelClass,
  meet: MeetSeveral,
): void {
  const model = modelClass as CoercingModel;
  const {_coerce: coerce} = model;
  model._coerce = function (where, options, modelDefinition) {
    if (isPlainObject(where)) meetIn(where, model, meet);
    return coerce.call(this, where, options, modelDefinition);
  };
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
    if (operators.length > 1) meet(name, operators);
  }
}

function isScalarType(type: unknown): boolean {
  return (
    type === Number || type === String || type === Boolean || type === Date
  );
}
