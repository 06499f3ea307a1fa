import * as fc from 'fast-check';
import {filter, where} from './filter.arbitrary';
import type {Statement} from './statement';
import {changes, rowData} from './values.arbitrary';
import type {Row} from './value';

/** How ids are made: by the connector, or by whoever creates a row. */
export type IdKind = 'generated' | 'given';

/** The ids that a statement finds when its turn has come. */
export interface KnownIds {
  readonly kind: IdKind;
  readonly stored: readonly unknown[];
}

/** A statement that takes the ids of stored rows when its turn has come. */
export type Outline = (ids: KnownIds) => Statement;

/** Which id is meant: of the nth stored row, one of a few, or none. */
type IdChoice = {readonly nth: number} | {readonly id: number} | undefined;

const nth = fc.nat(40).map(nth => ({nth}));
const fewIds = fc.integer({min: 0, max: 30}).map(id => ({id}));

const target: fc.Arbitrary<IdChoice> = fc.oneof(
  {weight: 6, arbitrary: nth},
  {weight: 1, arbitrary: fewIds},
);

const newId: fc.Arbitrary<IdChoice> = fc.oneof(
  {weight: 5, arbitrary: fc.constant(undefined)},
  {weight: 1, arbitrary: fewIds},
);

const anyId = fc.oneof(target, newId);

const where0 = fc.oneof(
  {weight: 12, arbitrary: where},
  {weight: 1, arbitrary: fc.constantFrom({}, null)},
);

/** Removing everything is rare, or there would be nothing left to look at. */
const removal = fc.tuple(where, where).map(([a, b]) => ({and: [a, b]}));

const newRow = fc.record({choice: newId, data: rowData});

function chooseId(choice: IdChoice, {kind, stored}: KnownIds): unknown {
  if (choice === undefined) return kind === 'given' ? 'k' : undefined;
  if ('nth' in choice && stored.length > 0) {
    return stored[choice.nth % stored.length];
  }
  const number = 'id' in choice ? choice.id : 99;
  return kind === 'given' ? `k${number}` : number;
}

function withId(data: Row, choice: IdChoice, ids: KnownIds): Row {
  const id = chooseId(choice, ids);
  return id === undefined ? data : {id, ...data};
}

/** Rows with an id of their own first, for no generated one to take it. */
function rowsOf(list: {choice: IdChoice; data: Row}[], ids: KnownIds): Row[] {
  const rows = list.map(({choice, data}) => withId(data, choice, ids));
  return [
    ...rows.filter(row => row['id'] !== undefined),
    ...rows.filter(row => row['id'] === undefined),
  ];
}

const outlines: [weight: number, arbitrary: fc.Arbitrary<Outline>][] = [
  [30, filter.map(filter => () => ({kind: 'all', operands: [filter]}))],
  [8, where0.map(where => () => ({kind: 'count', operands: [where]}))],
  ...(['find', 'exists', 'destroy'] as const).map(
    (kind): [number, fc.Arbitrary<Outline>] => [
      2,
      target.map(choice => ids => ({kind, operands: [chooseId(choice, ids)]})),
    ],
  ),
  [
    14,
    newRow.map(({choice, data}) => ids => ({
      kind: 'create',
      operands: [withId(data, choice, ids)],
    })),
  ],
  [
    4,
    fc.array(newRow, {maxLength: 4}).map(list => ids => ({
      kind: 'createAll',
      operands: [rowsOf(list, ids)],
    })),
  ],
  [
    3,
    fc.tuple(where0, changes, target).map(([where, data, choice]) => ids => ({
      kind: 'updateAll',
      operands: [where, withId(data, choice, ids)],
    })),
  ],
  [
    4,
    fc.tuple(target, changes).map(([choice, data]) => ids => ({
      kind: 'updateAttributes',
      operands: [chooseId(choice, ids), data],
    })),
  ],
  [
    2,
    fc.tuple(target, rowData).map(([choice, data]) => ids => ({
      kind: 'replaceById',
      operands: [chooseId(choice, ids), data],
    })),
  ],
  ...(['updateOrCreate', 'replaceOrCreate', 'save'] as const).map(
    (kind): [number, fc.Arbitrary<Outline>] => [
      2,
      fc
        .tuple(kind === 'save' ? target : anyId, fc.oneof(changes, rowData))
        .map(([choice, data]) => ids => ({
          kind,
          operands: [withId(data, choice, ids)],
        })),
    ],
  ),
  [
    3,
    fc.tuple(where0, changes, newId).map(([where, data, choice]) => ids => ({
      kind: 'upsertWithWhere',
      operands: [where, withId(data, choice, ids)],
    })),
  ],
  [
    3,
    fc.tuple(filter, rowData, newId).map(([filter, data, choice]) => ids => ({
      kind: 'findOrCreate',
      operands: [filter, withId(data, choice, ids)],
    })),
  ],
  [1, removal.map(where => () => ({kind: 'destroyAll', operands: [where]}))],
];

/** Statements of all kinds; about half of them only read. */
export const outline: fc.Arbitrary<Outline> = fc.oneof(
  ...outlines.map(([weight, arbitrary]) => ({weight, arbitrary})),
);
