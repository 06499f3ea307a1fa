import {isObject} from '../base/objects';
import {refuseUnknownProperty} from '../schema/property-names';
import type {ModelClass} from './loopback';

/** The private part of a model class that is mended here. */
interface NormalizingModel extends ModelClass {
  _normalize: (this: unknown, filter: unknown, options: unknown) => unknown;
}

/**
 * Lets a model class refuse `fields` that it does not declare. The juggler
 * would take them out before any connector sees them, and with the last one
 * gone answer with all properties.
 */
export function refuseUnknownFields(modelClass: ModelClass): void {
  const model = modelClass as NormalizingModel;
  const {_normalize: normalize} = model;
  model._normalize = function (filter, options) {
    const {properties: columns} = model.definition;
    const table = {
      name: model.modelName,
      columns,
      unknownProperties: 'error',
    } as const;
    for (const name of fieldNames(filter)) {
      refuseUnknownProperty(name, 'fields', table);
    }
    return normalize.call(this, filter, options);
  };
}

function fieldNames(filter: unknown): string[] {
  const {fields} = (filter ?? {}) as {fields?: unknown};
  if (typeof fields === 'string') return [fields];
  if (Array.isArray(fields)) return fields.map(String);
  return isObject(fields) ? Object.keys(fields) : [];
}
