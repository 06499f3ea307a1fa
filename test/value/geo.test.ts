import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  type CellRange,
  cellOf,
  cellsAround,
  distanceBetween,
  distanceUnits,
  maxAngle,
  type Point,
  toPoint,
  toRadians,
} from '../../lib/value/geo';
import {anyPoint, tryOften} from '../random';
import {GeoPoint} from './geo-point';

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

function holdsCell(ranges: readonly CellRange[], cell: number): boolean {
  return ranges.some(({first, last}) => first <= cell && cell <= last);
}

const anyAngle = fc.oneof(
  fc.double({min: 0, max: Math.PI, noNaN: true}),
  fc.double({min: 0, max: 0.05, noNaN: true}),
  fc.constantFrom(0, 1e-9, 1e-6, 1e-3, Math.PI / 2, Math.PI, 10),
);

describe('cellsAround', () => {
  it('holds every point within the angle', () => {
    tryOften(
      fc.property(anyPoint, anyAngle, anyPoint, (center, angle, point) => {
        fc.pre(distanceBetween(center, point, 'radians') <= angle);
        const ranges = cellsAround(center, angle);
        assert.ok(holdsCell(ranges, cellOf(point)));
      }),
      1000,
    );
  });

  it('holds every point at the very edge of the circle', () => {
    const bearing = fc.oneof(
      fc.double({min: -Math.PI, max: Math.PI, noNaN: true}),
      fc.constantFrom(0, Math.PI / 2, Math.PI, -Math.PI / 2),
    );
    tryOften(
      fc.property(anyPoint, anyAngle, bearing, (center, angle, direction) => {
        const point = pointAt(center, angle, direction);
        const distance = distanceBetween(center, point, 'radians');
        assert.ok(holdsCell(cellsAround(center, distance), cellOf(point)));
      }),
      5000,
    );
  });

  it('holds both names of a place on the date line', () => {
    const edge = fc.constantFrom(-180, 180);
    tryOften(
      fc.property(anyPoint, edge, anyAngle, ({lat}, lng, angle) => {
        const ranges = cellsAround({lat, lng}, angle);
        assert.ok(holdsCell(ranges, cellOf({lat, lng: -180})));
        assert.ok(holdsCell(ranges, cellOf({lat, lng: 180})));
      }),
    );
  });

  it('holds every name of a pole', () => {
    const pole = fc.constantFrom(-90, 90);
    tryOften(
      fc.property(anyPoint, pole, anyAngle, ({lng}, lat, angle) => {
        const ranges = cellsAround({lat, lng: 0}, angle);
        assert.ok(holdsCell(ranges, cellOf({lat, lng})));
      }),
    );
  });

  it('gives runs in ascending order that do not touch', () => {
    tryOften(
      fc.property(anyPoint, anyAngle, (center, angle) => {
        const ranges = cellsAround(center, angle);
        ranges.forEach(({first, last}, i) => {
          assert.ok(first <= last);
          if (i > 0) assert.ok(ranges[i - 1]!.last + 1 < first);
        });
      }),
      1000,
    );
  });

  it('gives few runs, whatever the circle', () => {
    tryOften(
      fc.property(anyPoint, anyAngle, (center, angle) => {
        const {length} = cellsAround(center, angle);
        assert.ok(length >= 1 && length <= 48, `${length} runs`);
      }),
      1000,
    );
  });

  it('covers the whole earth with one run', () => {
    assert.deepEqual(cellsAround({lat: 0, lng: 0}, maxAngle), [
      {first: 0, last: 2 ** 52 - 1},
    ]);
  });

  it('leaves out most of the earth when the circle is small', () => {
    tryOften(
      fc.property(
        fc.record({
          lat: fc.double({min: -60, max: 60, noNaN: true}),
          lng: fc.double({min: -180, max: 180, noNaN: true}),
        }),
        center => {
          const cells = cellsAround(center, 0.001)
            .map(({first, last}) => last - first + 1)
            .reduce((a, b) => a + b);
          assert.ok(cells < 2 ** 52 / 1e5, `${cells / 2 ** 52} of the earth`);
        },
      ),
    );
  });
});
