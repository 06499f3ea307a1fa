import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  cellOf,
  compileRunDistance,
  distanceBetween,
  type DistanceUnit,
  distanceUnits,
  lastCell,
  maxAngle,
  type Point,
  toPoint,
  toRadians,
} from '../../lib/value/geo';
import {anyPoint, tryOften} from '../support/random';
import {GeoPoint} from '../support/value/geo-point';

const unit = fc.constantFrom(...distanceUnits);

describe('distanceBetween', () => {
  it("agrees with LoopBack's GeoPoint in every unit", () => {
    tryOften(
      fc.property(anyPoint, anyPoint, unit, (a, b, type) => {
        const theirs = GeoPoint.distanceBetween(a, b, {type});
        // LoopBack's formula has no number for some opposite points.
        fc.pre(!Number.isNaN(theirs));
        const error = toRadians(
          Math.abs(distanceBetween(a, b, type) - theirs),
          type,
        );
        // Near opposite points rounding weighs more: asin is steep there.
        const allowed = toRadians(theirs, type) > 3.14 ? 1e-7 : 1e-12;
        assert.ok(error <= allowed, `off by ${error} radians`);
      }),
      2000,
    );
  });

  it('knows every unit of LoopBack', () => {
    assert.deepEqual([...distanceUnits].sort(), [
      'degrees',
      'feet',
      'kilometers',
      'meters',
      'miles',
      'radians',
    ]);
  });

  it('is zero from a point to itself', () => {
    tryOften(
      fc.property(anyPoint, unit, (point, type) => {
        assert.equal(distanceBetween(point, point, type), 0);
      }),
    );
  });

  it('is the same in both directions', () => {
    tryOften(
      fc.property(anyPoint, anyPoint, (a, b) => {
        const there = distanceBetween(a, b, 'radians');
        const back = distanceBetween(b, a, 'radians');
        assert.ok(Math.abs(there - back) < 1e-7);
      }),
    );
  });

  it('is a number for opposite points, half the circumference', () => {
    tryOften(
      fc.property(anyPoint, ({lat, lng}) => {
        const opposite = {lat: -lat, lng: lng > 0 ? lng - 180 : lng + 180};
        const angle = distanceBetween({lat, lng}, opposite, 'radians');
        assert.ok(Math.abs(angle - maxAngle) < 1e-7, `${angle}`);
      }),
    );
  });

  it('is zero between the two names of a place on the date line', () => {
    const west = {lat: 10, lng: -180};
    const east = {lat: 10, lng: 180};
    assert.ok(distanceBetween(west, east, 'radians') < 1e-9);
  });
});

describe('toRadians', () => {
  it('turns a distance into the angle that distanceBetween measures', () => {
    tryOften(
      fc.property(anyPoint, anyPoint, unit, (a, b, type) => {
        const angle = toRadians(distanceBetween(a, b, type), type);
        assert.ok(Math.abs(angle - distanceBetween(a, b, 'radians')) < 1e-12);
      }),
    );
  });
});

describe('toPoint', () => {
  const point = {lat: 1.5, lng: -2};
  const forms: readonly [title: string, value: unknown][] = [
    ['an object', {lat: 1.5, lng: -2}],
    ['an object with texts', {lat: '1.5', lng: '-2'}],
    ['an object with other properties', {lat: 1.5, lng: -2, name: 'x'}],
    ['a GeoPoint', new GeoPoint(point)],
    ['a pair', [1.5, -2]],
    ['a pair of texts', ['1.5', '-2']],
    ['a text', '1.5,-2'],
    ['a text with spaces', ' 1.5 , -2 '],
  ];
  for (const [title, value] of forms) {
    it(`takes ${title}`, () => {
      const taken = toPoint(value);
      assert.deepEqual([taken?.lat, taken?.lng], [1.5, -2]);
    });
  }

  it('takes the poles and the date line', () => {
    for (const lat of [-90, 90]) {
      for (const lng of [-180, 180]) {
        assert.deepEqual(toPoint([lat, lng]), {lat, lng});
      }
    }
  });

  const refused: readonly [title: string, value: unknown][] = [
    ['null', null],
    ['nothing', undefined],
    ['a number', 5],
    ['an empty object', {}],
    ['an object without lng', {lat: 1}],
    ['a latitude beyond a pole', {lat: 90.001, lng: 0}],
    ['a longitude beyond 180', {lat: 0, lng: -180.001}],
    ['NaN', {lat: Number.NaN, lng: 0}],
    ['infinity', [Infinity, 0]],
    ['one number', [1]],
    ['three numbers', [1, 2, 3]],
    ['a pair of nulls', [null, null]],
    ['a pair of booleans', [true, false]],
    ['an empty text', ''],
    ['a text with one number', '1'],
    ['a text with an empty half', '1,'],
    ['a text with words', 'north,south'],
    ['a text with three numbers', '1,2,3'],
    ['a date', new Date(0)],
  ];
  for (const [title, value] of refused) {
    it(`does not take ${title}`, () => {
      assert.equal(toPoint(value), undefined);
    });
  }
});

describe('cellOf', () => {
  it('is an integer from 0 to below 2^52', () => {
    tryOften(
      fc.property(anyPoint, point => {
        const cell = cellOf(point);
        assert.ok(Number.isInteger(cell) && cell >= 0 && cell < 2 ** 52);
      }),
    );
  });

  it('alternates the bits of column and row', () => {
    tryOften(
      fc.property(anyPoint, point => {
        const column = axis((point.lng + 180) / 360);
        const row = axis((point.lat + 90) / 180);
        const bits = Array.from(column, (bit, i) => bit + row[i]!);
        assert.equal(cellOf(point), Number.parseInt(bits.join(''), 2));
      }),
    );
  });

  /** A place on an axis as 26 binary digits. */
  function axis(fraction: number): string {
    const cell = Math.min(2 ** 26 - 1, Math.floor(fraction * 2 ** 26));
    return cell.toString(2).padStart(26, '0');
  }
});

/** A point about `angle` away from `center` in the direction of `bearing`. */
function pointAt(center: Point, angle: number, bearing: number): Point {
  const radians = Math.PI / 180;
  const lat = center.lat * radians;
  const sine =
    Math.sin(lat) * Math.cos(angle) +
    Math.cos(lat) * Math.sin(angle) * Math.cos(bearing);
  const north = Math.asin(Math.min(1, Math.max(-1, sine)));
  const turn = Math.atan2(
    Math.sin(bearing) * Math.sin(angle) * Math.cos(lat),
    Math.cos(angle) - Math.sin(lat) * Math.sin(north),
  );
  const lng = center.lng + turn / radians;
  return {
    lat: Math.min(90, Math.max(-90, north / radians)),
    lng: lng > 180 ? lng - 360 : lng < -180 ? lng + 360 : lng,
  };
}

const anyAngle = fc.oneof(
  fc.double({min: 0, max: Math.PI, noNaN: true}),
  fc.double({min: 0, max: 0.05, noNaN: true}),
  fc.constantFrom(0, 1e-9, 1e-7, 1e-6, 1e-3, Math.PI / 2, Math.PI),
);

const anyBearing = fc.oneof(
  fc.double({min: -Math.PI, max: Math.PI, noNaN: true}),
  fc.constantFrom(0, Math.PI / 2, Math.PI, -Math.PI / 2),
);

/** Runs that hold the cell: some that end in it, some of whole squares. */
const anyRunAround = fc.tuple(
  fc.nat(52).map(bits => 2 ** bits),
  fc.nat(52).map(bits => 2 ** bits),
  fc.double({min: 0, max: 1, noNaN: true}),
  fc.boolean(),
);

function runAround(
  cell: number,
  [before, after, part, isAligned]: [number, number, number, boolean],
): readonly [first: number, last: number] {
  if (isAligned) {
    const first = Math.floor(cell / before) * before;
    return [first, first + before - 1];
  }
  return [
    Math.max(0, cell - Math.floor(before * part)),
    Math.min(lastCell, cell + Math.floor(after * part)),
  ];
}

describe('compileRunDistance', () => {
  it('is at most the distance of any point in the run', () => {
    tryOften(
      fc.property(
        fc.tuple(anyPoint, anyPoint),
        unit,
        anyRunAround,
        ([center, point], type, run) => {
          assertNoFarther(center, point, type, run);
        },
      ),
      5_000,
    );
  });

  it('is so for points nearby, where a hair decides', () => {
    tryOften(
      fc.property(
        anyPoint,
        fc.tuple(anyAngle, anyBearing),
        unit,
        anyRunAround,
        (center, [angle, bearing], type, run) => {
          const point = pointAt(center, angle, bearing);
          assertNoFarther(center, point, type, run);
        },
      ),
      5_000,
    );
  });

  it('is so at the poles and at the date line, by any of their names', () => {
    const edge = fc.record({
      lat: fc.constantFrom(-90, -89.9999999, 0, 1e-7, 45, 89.9999999, 90),
      lng: fc.constantFrom(-180, -179.9999999, 0, 1e-7, 179.9999999, 180),
    });
    tryOften(
      fc.property(
        fc.oneof(edge, anyPoint),
        edge,
        unit,
        anyRunAround,
        (center, point, type, run) => {
          assertNoFarther(center, point, type, run);
        },
      ),
      5_000,
    );
  });

  it('is nothing around the centre, and for the whole earth', () => {
    tryOften(
      fc.property(anyPoint, anyRunAround, (center, run) => {
        const distance = compileRunDistance(center, 'radians');
        assert.equal(distance(...runAround(cellOf(center), run)), 0);
        assert.equal(distance(0, lastCell), 0);
      }),
    );
  });

  it('is about the distance where the run is one cell nearby, not at a pole', () => {
    const width = (2 * Math.PI) / 2 ** 26;
    tryOften(
      fc.property(
        anyPoint,
        fc.double({min: 0, max: 0.05, noNaN: true}),
        anyBearing,
        (center, angle, bearing) => {
          const point = pointAt(center, angle, bearing);
          fc.pre(Math.abs(point.lat) < 85);
          const cell = cellOf(point);
          const distance = distanceBetween(center, point, 'radians');
          const least = compileRunDistance(center, 'radians')(cell, cell);
          assert.ok(distance - least <= 2 * width + distance * 1e-3);
        },
      ),
      1_000,
    );
  });

  it('tells how far away the run of a whole square is', () => {
    const distance = compileRunDistance({lat: -60, lng: 90}, 'degrees');
    const northWest = distance(2 ** 50, 2 ** 51 - 1);
    assert.ok(northWest > 57 && northWest <= 60, `${northWest} degrees`);
  });

  function assertNoFarther(
    center: Point,
    point: Point,
    type: DistanceUnit,
    run: [number, number, number, boolean],
  ): void {
    const [first, last] = runAround(cellOf(point), run);
    const least = compileRunDistance(center, type)(first, last);
    const distance = distanceBetween(center, point, type);
    assert.ok(least >= 0 && least <= distance, `${least} > ${distance}`);
  }
});
