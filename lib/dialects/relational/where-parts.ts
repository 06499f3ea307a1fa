import {setOwn} from '../../value/copy';
import type {Column, ConditionIn} from '../dialect';

/*
 * Parts of a where in the language of this connector, which the readers of filters
 * of SQL databases put together.
 */

export type Where = Record<string, unknown>;

/** A where in this connector's language; undefined where there is no condition. */
export type WhereIn = Where | undefined;

/** A where that no row meets. */
export const never: Where = {or: []};

/** Whether rows that have null there do not meet the where. */
export function excludesNull(where: Where, {property}: Column): boolean {
  return Object.hasOwn(where, property) && where[property] !== null;
}

/** The where of a condition on a property. */
export function partOf(property: string, condition: ConditionIn): WhereIn {
  switch (condition.kind) {
    case 'nothing':
      return undefined;
    case 'never':
      return never;
    case 'test':
      return ofProperty(property, condition.test);
    default:
      return ofProperty(property, condition.operand);
  }
}

function ofProperty(property: string, operand: unknown): Where {
  const part: Where = {};
  setOwn(part, property, operand);
  return part;
}

/** The branches of an `or`; else the condition itself. */
export function branchesOf(part: Where): readonly Where[] {
  const {or} = part as {or?: readonly Where[]};
  return or !== undefined && or.length > 0 ? or : [part];
}

/** All of the conditions; those on different properties side by side. */
export function joined(parts: readonly Where[]): Where {
  const all: Where = {};
  for (const part of parts) {
    for (const key of Object.keys(part)) {
      if (Object.hasOwn(all, key)) return {and: [...parts]};
      setOwn(all, key, part[key]);
    }
  }
  return all;
}
