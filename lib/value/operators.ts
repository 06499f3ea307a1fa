/** The operators that a condition on a property may have. */
export const operatorNames = [
  'eq',
  'neq',
  'gt',
  'gte',
  'lt',
  'lte',
  'between',
  'inq',
  'nin',
  'like',
  'nlike',
  'ilike',
  'nilike',
  'regexp',
  'exists',
  'near',
  'contains',
  'containedBy',
  'containsAny',
  'containsAnyOf',
  'not',
] as const;

/** One of them. */
export type OperatorName = (typeof operatorNames)[number];

/** Keys that only come with certain operators and say how they work. */
export const companions: Readonly<Record<string, readonly OperatorName[]>> = {
  maxDistance: ['near'],
  minDistance: ['near'],
  unit: ['near'],
  options: ['like', 'nlike', 'ilike', 'nilike', 'regexp'],
};

const names: ReadonlySet<string> = new Set(operatorNames);

/** Whether a key of an operator object is an operator. */
export function isOperator(key: string): key is OperatorName {
  return names.has(key);
}
