import {isPlainObject, isRecord} from '../../base/objects';

/** What a filter asks of one property, as far as an index is concerned. */
export interface PropertyCondition {
  readonly property: string;
  readonly kind: 'equal' | 'range' | 'near' | 'other';
  /** What it is to be equal to: one value, or several. */
  readonly values: readonly unknown[];
}

/**
 * The conditions of a where that must all hold, one for each property; those within
 * `or` and its like are left out.
 */
export function conditionsIn(where: unknown): PropertyCondition[] {
  if (!isRecord(where)) return [];
  return Object.entries(where).flatMap(([name, value]) => {
    if (name === 'and') {
      return Array.isArray(value) ? value.flatMap(conditionsIn) : [];
    }
    if (name === 'or' || name === 'nor' || name === 'not') return [];
    return [{property: name, ...kindOf(value)}];
  });
}

/** The alternatives of a where, each a where. */
export function alternativesIn(where: unknown): readonly unknown[] {
  const or = isRecord(where) ? where['or'] : undefined;
  return Array.isArray(or) ? or : [];
}

function kindOf(value: unknown): Omit<PropertyCondition, 'property'> {
  if (!isPlainObject(value)) return {kind: 'equal', values: [value]};
  const {eq, inq, like, near} = value;
  if (eq !== undefined) return {kind: 'equal', values: [eq]};
  if (Array.isArray(inq)) return {kind: 'equal', values: inq};
  if (near !== undefined) return {kind: 'near', values: []};
  const isRange = ['between', 'gt', 'gte', 'lt', 'lte'].some(
    operator => operator in value,
  );
  const hasPrefix = typeof like === 'string' && /^[^%_]/.test(like);
  return {kind: isRange || hasPrefix ? 'range' : 'other', values: []};
}

/** The properties of an `order`, each with its direction. */
export function orderIn(order: unknown): (readonly [string, 1 | -1])[] {
  const parts = Array.isArray(order) ? order : [order];
  return parts
    .filter(part => typeof part === 'string' && part !== '')
    .map(part => {
      const [property, direction] = (part as string).trim().split(/\s+/);
      return [property!, /^desc$/i.test(direction ?? '') ? -1 : 1] as const;
    });
}
