import * as fc from 'fast-check';
import type {ColumnType, ColumnTypes} from './cast';
import type {IdKind} from './statement.arbitrary';
import {
  columns,
  favouritePaths,
  nestedTypes,
  pathValues,
} from './values.arbitrary';

/** An index as LoopBack's models declare it. */
export interface DeclaredIndex {
  readonly keys: Readonly<Record<string, 1 | -1 | '2dsphere'>>;
  readonly options?: {readonly unique: boolean};
}

/** A model of the test: what is declared of the rows that all models share. */
export interface TestSchema {
  readonly idKind: IdKind;
  readonly types: ColumnTypes;
  readonly indexes: readonly DeclaredIndex[];
  readonly unique: readonly DeclaredIndex[];
}

/** Declared columns; inside of those with objects some of the types there. */
const types: fc.Arbitrary<ColumnTypes> = fc
  .tuple(
    fc.subarray(Object.keys(columns)),
    fc.subarray(Object.entries(nestedTypes)),
  )
  .map(([names, inner]) => {
    const outer = names.map(name => [name, columns[name]!.type] as const);
    const declared = new Map<string, ColumnType>(outer);
    for (const [path, type] of inner) {
      const above = path.slice(0, path.lastIndexOf('.'));
      if (declared.has(above)) declared.set(path, type);
    }
    return Object.fromEntries(declared);
  });

function keysOf(paths: readonly string[], minLength: number, maxLength = 3) {
  return fc
    .uniqueArray(
      fc.tuple(fc.constantFrom(...paths), fc.constantFrom<1 | -1>(1, -1)),
      {minLength, maxLength, selector: ([path]) => path},
    )
    .map(keys => Object.fromEntries(keys));
}

const index: fc.Arbitrary<DeclaredIndex> = fc.oneof(
  {weight: 3, arbitrary: keysOf(favouritePaths, 1, 1).map(keys => ({keys}))},
  {weight: 3, arbitrary: keysOf(favouritePaths, 2).map(keys => ({keys}))},
  {
    weight: 3,
    arbitrary: keysOf(Object.keys(pathValues), 1).map(keys => ({keys})),
  },
  {
    weight: 2,
    arbitrary: fc.constant<DeclaredIndex>({keys: {g: '2dsphere'}}),
  },
);

/** Paths that never meet an array; alone they must have many values. */
const manyValued = ['n', 's', 'd', 'o.x', 'o.y'];
const singleValued = [...manyValued, 'm', 't', 'b', 'o.deep.z', 'g', 'g.lat'];

const unique: fc.Arbitrary<DeclaredIndex> = fc
  .oneof(
    keysOf(manyValued, 1),
    keysOf(singleValued, 2),
    keysOf(singleValued, 3),
  )
  .map(keys => ({keys, options: {unique: true}}));

/** Models with up to six indexes and, every second time, unique keys. */
export const schema: fc.Arbitrary<TestSchema> = fc.record({
  idKind: fc.oneof(
    {weight: 4, arbitrary: fc.constant<IdKind>('generated')},
    {weight: 1, arbitrary: fc.constant<IdKind>('given')},
  ),
  types,
  indexes: fc.array(index, {maxLength: 6}),
  unique: fc.oneof(
    fc.constant([]),
    fc.array(unique, {minLength: 1, maxLength: 2}),
  ),
});
