import * as fc from 'fast-check';
import type {IndexDefinition, TableSchema} from '../../../lib/schema/schema';
import {type RowChange, withHiddenId} from '../../../lib/store/table';
import type {Row} from '../../../lib/value/copy';
import {indexOn, schemaOf} from '../schema/example';
import type {NaiveTable} from './naive-table';

/** A statement in outline; what it is about depends on the rows there are. */
export type Outline =
  | {
      readonly kind: 'rows';
      readonly picks: readonly Pick[];
      /** Whether ids and codes may be taken already. */
      readonly mayClash: boolean;
      /** Whether a single change may use up the version before it. */
      readonly isInPlace: boolean;
    }
  | {readonly kind: 'truncate'; readonly restartsIds: boolean}
  | {readonly kind: 'schema'; readonly schema: TableSchema};

interface Pick {
  readonly action: 'insert' | 'update' | 'delete';
  /** Which row, modulo the number of rows. */
  readonly place: number;
  readonly values: Row;
}

const optionalIndexes: readonly IndexDefinition[] = [
  indexOn('name'),
  indexOn('-tenant'),
  indexOn(['tenant', '-name']),
  indexOn(['-name', 'tags']),
  indexOn('detail.kind'),
  indexOn(['detail.kind', 'tenant']),
  indexOn('place', {kind: 'geo'}),
  indexOn('code', {isUnique: true}),
  indexOn('detail'),
];

const clashingIndexes: readonly IndexDefinition[] = [
  indexOn('name', {isUnique: true}),
  indexOn(['name', 'tenant', 'detail.kind'], {isUnique: true}),
  indexOn('code'),
];

const primaryKey = fc.oneof(
  {arbitrary: fc.constant(['id']), weight: 4},
  {arbitrary: fc.constant(['tenant', 'id']), weight: 2},
  {arbitrary: fc.constant<string[]>([]), weight: 1},
  {arbitrary: fc.constant(['code']), weight: 1},
);

const indexes = fc
  .tuple(
    fc.subarray([...optionalIndexes]),
    fc.oneof(
      {arbitrary: fc.constant([]), weight: 5},
      {arbitrary: fc.subarray([...clashingIndexes]), weight: 1},
    ),
  )
  .map(([usual, clashing]) => {
    const names = new Set(clashing.map(index => index.name));
    return [...usual.filter(index => !names.has(index.name)), ...clashing];
  });

/** Rules that many statements keep, and some that few of them do. */
const rules = fc.oneof(
  {arbitrary: fc.constant({}), weight: 3},
  {
    arbitrary: fc.constant({
      notNull: ['tenant'],
      limits: {code: {maximum: 198}, tenant: {maximum: 3}},
    }),
    weight: 3,
  },
  {
    arbitrary: fc.constantFrom<Partial<TableSchema>>(
      {notNull: ['name']},
      {limits: {tenant: {maximum: 2}}, notNull: ['code', 'tenant']},
    ),
    weight: 1,
  },
);

/** Schemas of one table: what identifies a row, its indexes and its rules. */
export const anySchema = fc
  .record({primaryKey, indexes, rules})
  .map(({rules, ...parts}) => schemaOf({...parts, ...rules}));

const kind = fc.constantFrom(null, 1, 2, 3, 'a', 'b');
const detail = fc.oneof(
  fc.constant(null),
  fc.record({kind: fc.oneof(kind, fc.array(kind, {maxLength: 2}))}),
  fc.constant({}),
  fc.array(fc.record({kind}), {maxLength: 2}),
);

const values = fc.record(
  {
    id: fc.integer({min: 1, max: 200}),
    tenant: fc.integer({min: 1, max: 3}),
    code: fc.oneof(fc.constant(null), fc.integer({min: 1, max: 200})),
    name: fc.constantFrom(null, 'a', 'b', 'c', 'd'),
    tags: fc.constantFrom<unknown>(null, 'x', [], ['x'], ['x', 'y']),
    detail,
    place: fc.constantFrom<unknown>(
      null,
      'nowhere',
      {lat: 1, lng: 2},
      {lat: 90, lng: 0},
      '1,-180',
    ),
  },
  {requiredKeys: ['id', 'tenant']},
);

const pick = fc.record({
  action: fc.constantFrom<Pick['action']>(
    'insert',
    'insert',
    'update',
    'update',
    'delete',
  ),
  place: fc.nat(),
  values,
});

/** A statement: of one row, or of very many. */
export const anyOutline: fc.Arbitrary<Outline> = fc.oneof(
  {
    arbitrary: fc.record({
      kind: fc.constant('rows' as const),
      picks: fc.oneof(
        fc.tuple(pick),
        fc.array(pick, {maxLength: 3}),
        fc.array(pick, {maxLength: 60, size: 'max'}),
      ),
      mayClash: fc.nat(9).map(n => n === 0),
      isInPlace: fc.boolean(),
    }),
    weight: 12,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant('schema' as const),
      schema: anySchema,
    }),
    weight: 4,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant('truncate' as const),
      restartsIds: fc.boolean(),
    }),
    weight: 1,
  },
);

/** The number of the hidden id that {@link rowChanges} gave to a row. */
const hiddenIds = new WeakMap<Row, number>();

/** The hidden id of a row that {@link rowChanges} made. */
export function hiddenIdOf(row: Row): number | undefined {
  return hiddenIds.get(row);
}

/** The changes that an outline means for a table, each of another row. */
export function rowChanges(
  outline: Outline & {readonly kind: 'rows'},
  table: NaiveTable,
  nextHiddenId: number,
): RowChange[] {
  const taken = {
    id: new Set(table.rows.map(row => row.id)),
    code: new Set(table.rows.map(row => row.code)),
  };
  const free = (property: 'id' | 'code', wished: unknown): unknown => {
    if (outline.mayClash || typeof wished !== 'number') return wished;
    let value = wished;
    while (taken[property].has(value)) value++;
    taken[property].add(value);
    return value;
  };
  const hide = (row: Row, hidden: unknown): Row => {
    if (table.schema.primaryKey.length > 0) return row;
    const withId = withHiddenId(row, hidden);
    hiddenIds.set(withId, hidden as number);
    return withId;
  };
  const needsCode = table.schema.primaryKey.includes('code');
  const fresh = (row: Row): Row => {
    const code = needsCode ? (row.code ?? row.id) : row.code;
    const ids = {...row, id: free('id', row.id)};
    return code === undefined ? ids : {...ids, code: free('code', code)};
  };
  const used = new Set<number>();
  let hidden = nextHiddenId;
  return outline.picks.flatMap<RowChange>(({action, place, values: picked}) => {
    if (action === 'insert') {
      return [{kind: 'insert', row: hide(fresh(picked), hidden++)}];
    }
    const i = place % Math.max(1, table.stored.length);
    const target = table.stored[i];
    if (target === undefined || used.has(i)) return [];
    used.add(i);
    const {id} = target;
    if (action === 'delete') return [{kind: 'delete', id}];
    // Every other update keeps the id, as most do.
    const patch = place % 2 === 0 ? fresh(picked) : kept(picked, target.row);
    return [{kind: 'update', id, row: hide({...target.row, ...patch}, id)}];
  });
}

function kept(patch: Row, old: Row): Row {
  const {id, tenant, code = null} = old;
  return {...patch, id, tenant, code};
}
