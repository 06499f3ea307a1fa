/** A row, or any object inside one. */
export type Row = Record<string, unknown>;

/** The kinds of values, lowest first, as docs/queries.md lists them. */
const kinds = [
  'null',
  'not comparable',
  'boolean',
  'number',
  'string',
  'date',
  'bytes',
  'array',
  'object',
] as const;

/** One of the kinds that docs/queries.md tells apart. */
export type Kind = (typeof kinds)[number];

/** The kind of a value. */
export function kindOf(value: unknown): Kind {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'bigint') return 'number';
  if (typeof value === 'number') {
    return Number.isNaN(value) ? 'not comparable' : 'number';
  }
  if (typeof value === 'string') return 'string';
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? 'not comparable' : 'date';
  }
  if (value instanceof Uint8Array) return 'bytes';
  return Array.isArray(value) ? 'array' : 'object';
}

/** The one order of values: negative, 0 or positive. */
export function compareValues(a: unknown, b: unknown): number {
  const [kindOfA, kindOfB] = [kindOf(a), kindOf(b)];
  return kindOfA === kindOfB
    ? comparisons[kindOfA](a, b)
    : kinds.indexOf(kindOfA) - kinds.indexOf(kindOfB);
}

const comparisons: Readonly<Record<Kind, (a: any, b: any) => number>> = {
  null: () => 0,
  'not comparable': () => 0,
  boolean: compareScalars,
  number: compareScalars,
  string: compareScalars,
  date: (a: Date, b: Date) => a.getTime() - b.getTime(),
  bytes: (a: Uint8Array, b: Uint8Array) => compareLists([...a], [...b]),
  array: compareLists,
  object: compareObjects,
};

/** Whether two values are equal in a condition; NaN equals nothing. */
export function equalValues(a: unknown, b: unknown): boolean {
  return kindOf(a) !== 'not comparable' && compareValues(a, b) === 0;
}

function compareScalars(a: number, b: number): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

function compareLists(a: unknown[], b: unknown[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = compareValues(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareObjects(a: Row, b: Row): number {
  const keysOfA = Object.keys(a).sort();
  const keysOfB = Object.keys(b).sort();
  return (
    compareLists(keysOfA, keysOfB) ||
    compareLists(
      keysOfA.map(key => a[key]),
      keysOfB.map(key => b[key]),
    )
  );
}
