import type {RecordedFilter} from '../../connector/explaining';
import {
  alternativesIn,
  conditionsIn,
  orderIn,
  type PropertyCondition,
} from './conditions';

/**
 * The index that would answer a filter, as a model declares it; in other words where no
 * index can.
 */
export function missingIndex(model: string, filter: RecordedFilter): string {
  const alternatives = alternativesIn(filter.where);
  const conditions = conditionsIn(filter.where);
  if (alternatives.length === 0 || conditions.length > 0) {
    return declarationOf(model, filter) ?? none;
  }
  const each = alternatives.map(where => declarationOf(model, {where}));
  return each.includes(undefined) ? none : [...new Set(each)].join('\n  ');
}

const none =
  'no index answers these conditions: add one that is an equality or a range, ' +
  'or allow the scan';

function declarationOf(
  model: string,
  {order, where}: RecordedFilter,
): string | undefined {
  const conditions = conditionsIn(where);
  const near = conditions.find(({kind}) => kind === 'near');
  if (near !== undefined) return `index: true on ${model}.${near.property}`;
  const keys = keysFor(conditions, orderIn(order));
  if (keys.size === 0) return undefined;
  const name = [...keys.keys()].join('_').replace(/\W/g, '_');
  const list = [...keys].map(
    ([property, direction]) =>
      `${/^\w+$/.test(property) ? property : `'${property}'`}: ${direction}`,
  );
  return `indexes: {${name}: {keys: {${list.join(', ')}}}} in the settings of ${model}`;
}

type Order = readonly (readonly [string, 1 | -1])[];

/** What is equal comes first, then a range, or the order where no range is in its way. */
function keysFor(
  conditions: readonly PropertyCondition[],
  order: Order,
): Map<string, 1 | -1> {
  const keys = new Map<string, 1 | -1>();
  const add = ([property, direction]: Order[number]) => {
    if (!keys.has(property)) keys.set(property, direction);
  };
  for (const {kind, property} of conditions) {
    if (kind === 'equal') add([property, 1]);
  }
  const range = conditions.find(({kind}) => kind === 'range')?.property;
  if (range !== undefined && order[0]?.[0] !== range) add([range, 1]);
  // By the order alone all rows would be tested.
  else if (range !== undefined || keys.size > 0 || conditions.length === 0) {
    for (const each of order) add(each);
  }
  return keys;
}
