/** The operators whose operands LoopBack casts, too, one for each property. */
export const castByLoopBack = [
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
] as const;

/** The operators that a condition on a property may have. */
export const operatorNames = [
  ...castByLoopBack,
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

/** Those whose operand is a pattern. */
export const patternOperators = [
  'like',
  'nlike',
  'ilike',
  'nilike',
  'regexp',
] as const;

/** Keys that only come with certain operators and say how they work. */
export const companions: Readonly<Record<string, readonly OperatorName[]>> = {
  maxDistance: ['near'],
  minDistance: ['near'],
  unit: ['near'],
  options: patternOperators,
};

const names: ReadonlySet<string> = new Set(operatorNames);

/** Whether a key of an operator object is an operator. */
export function isOperator(key: string): key is OperatorName {
  return names.has(key);
}
