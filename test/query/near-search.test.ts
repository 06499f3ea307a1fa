import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {Database} from '../../lib/database/database';
import {deleteWhere, insert, select} from '../../lib/database/statements';
import {
  distanceBetween,
  type DistanceUnit,
  distanceUnits,
  toPoint,
  toRadians,
} from '../../lib/value/geo';
import {anyPoint, plain, tryOften} from '../support/random';
import {indexOn, schemaOf} from '../support/schema/example';

const schema = schemaOf({
  columns: {id: 'number', group: 'number'},
  indexes: [indexOn('at', {name: 'by_at', kind: 'geo'})],
});

interface Row {
  readonly id: number;
  readonly group: number;
  readonly at?: unknown;
}

/** Few places that rows share, some a hair apart, some with several names. */
const sharedPoint = fc
  .tuple(
    fc.constantFrom(-90, -89.999999, 0, 1e-7, 10, 89.999999, 90),
    fc.constantFrom(-180, -179.999999, 0, 1e-7, 10, 179.999999, 180),
  )
  .map(([lat, lng]) => ({lat, lng}));

const crowd = fc
  .tuple(fc.integer({min: 0, max: 20}), fc.integer({min: 0, max: 20}))
  .map(([lat, lng]) => ({lat: 50 + lat / 100, lng: 7 + lng / 100}));

const noPoint = fc.constantFrom<unknown[]>(
  null,
  {lat: 91, lng: 0},
  {lat: Number.NaN, lng: 0},
  'nowhere',
  5,
);

const anyPlace = fc.oneof(
  {arbitrary: anyPoint, weight: 3},
  {arbitrary: crowd, weight: 3},
  sharedPoint,
  crowd.map(({lat, lng}) => `${lat},${lng}`),
  crowd.map(({lat, lng}) => [lat, lng]),
  noPoint,
);

const anyRows = fc
  .array(fc.tuple(fc.nat(2), anyPlace), {maxLength: 300})
  .map(places => places.map(([group, at], i) => ({id: i + 1, group, at})));

interface Question {
  readonly center: {lat: number; lng: number};
  readonly unit: DistanceUnit;
  readonly minAngle: number | undefined;
  readonly maxAngle: number | undefined;
  readonly group: number | undefined;
  readonly limit: number | undefined;
  readonly skip: number | undefined;
}

const anyAngle = fc.option(
  fc.oneof(
    fc.constantFrom(0, 1e-9, 1e-3, 1, Math.PI, 10),
    fc.double({min: 0, max: 0.01, noNaN: true}),
    fc.double({min: 0, max: 3, noNaN: true}),
  ),
  {nil: undefined},
);

const anyQuestion = plain<Question>({
  center: fc.oneof(anyPoint, sharedPoint, crowd),
  unit: fc.constantFrom(...distanceUnits),
  minAngle: anyAngle,
  maxAngle: anyAngle,
  group: fc.option(fc.nat(2), {nil: undefined}),
  limit: fc.option(fc.integer({min: 1, max: 60}), {nil: undefined}),
  skip: fc.option(fc.nat(20), {nil: undefined}),
});

/** Everything measured, tested and sorted. */
function naiveAnswer(rows: readonly Row[], question: Question): number[] {
  const {center, group, limit, skip = 0, unit} = question;
  const {minDistance = 0, maxDistance = Infinity} = limitsOf(question);
  return rows
    .filter(row => group === undefined || row.group === group)
    .map(({id, at}) => ({id, point: toPoint(at)}))
    .filter(({point}) => point !== undefined)
    .map(({id, point}) => ({id, km: distanceBetween(center, point!, unit)}))
    .filter(({km}) => km >= minDistance && km <= maxDistance)
    .sort((a, b) => a.km - b.km || a.id - b.id)
    .slice(skip, limit === undefined ? undefined : skip + limit)
    .map(({id}) => id);
}

function limitsOf({minAngle, maxAngle, unit}: Question) {
  const distanceOf = (angle: number) => angle / toRadians(1, unit);
  return {
    ...(minAngle === undefined ? {} : {minDistance: distanceOf(minAngle)}),
    ...(maxAngle === undefined ? {} : {maxDistance: distanceOf(maxAngle)}),
  };
}

function filterOf(question: Question) {
  const {center, group, limit, skip, unit} = question;
  return {
    where: {
      at: {near: center, unit, ...limitsOf(question)},
      ...(group === undefined ? {} : {group}),
    },
    ...(limit === undefined ? {} : {limit}),
    ...(skip === undefined ? {} : {skip}),
  };
}

describe('a search around a point', () => {
  it('finds what measuring and sorting all rows finds', () => {
    tryOften(
      fc.property(
        anyRows,
        fc.array(anyQuestion, {minLength: 1, maxLength: 8}),
        (rows, questions) => {
          const database = filled(rows);
          for (const question of questions) {
            assertRight(database, rows, question);
          }
        },
      ),
      200,
    );
  });

  it('does so after rows were removed', () => {
    tryOften(
      fc.property(
        anyRows,
        fc.integer({min: 2, max: 9}),
        anyQuestion,
        (rows, divisor, question) => {
          const database = filled(rows);
          const isLeft = ({id}: Row): boolean => id % divisor === 0;
          const inq = rows.filter(row => !isLeft(row)).map(({id}) => id);
          void database.write(to => deleteWhere(to, 'City', {id: {inq}}));
          assertRight(database, rows.filter(isLeft), question);
        },
      ),
      100,
    );
  });

  it('finds many rows at one place by id', () => {
    const rows = Array.from({length: 2_000}, (_, i) => ({
      id: 2_000 - i,
      group: i % 2,
      at: {lat: 1, lng: 1},
    }));
    const database = filled(rows);
    const where = {at: {near: {lat: 1, lng: 1.1}}, group: 0};
    const found = database.view(view =>
      select(view, 'City', {where, limit: 3, skip: 1}),
    );
    assert.deepEqual(
      found.map(({id}) => id),
      [4, 6, 8],
    );
  });

  function filled(rows: readonly Row[]): Database {
    const database = new Database();
    database.declare('City', schema);
    void database.write(to => insert(to, 'City', rows));
    return database;
  }

  function assertRight(
    database: Database,
    rows: readonly Row[],
    question: Question,
  ): void {
    const found = database.view(view =>
      select(view, 'City', filterOf(question)),
    );
    assert.deepEqual(
      found.map(({id}) => id),
      naiveAnswer(rows, question),
    );
  }
});
