import {readCities} from '../../examples/cities/data';
import {clustering} from '../../lib/query/planner';
import {distanceBetween, type Point, toRadians} from '../../lib/value/geo';
import {seededRandom} from '../random';
import {table} from '../report';
import {spreadOf} from '../statistics';

/** How many cities lie around one, as a multiple of what would if all lay evenly. */
export interface Density {
  readonly radiusKm: number;
  readonly aroundCity: number;
}

const radiiKm = [10, 50, 200, 1000, 5000];

/** The medians of some circles around cities drawn at random. */
export function measureDensity(circles: number): Density[] {
  const places = readCities().map(({position}) => position as Point);
  const random = seededRandom(places.length);
  const centers = Array.from(
    {length: circles},
    () => places[Math.floor(random() * places.length)]!,
  );
  const distances = centers.map(center =>
    Float64Array.from(places, place =>
      distanceBetween(center, place, 'kilometers'),
    ).sort(),
  );
  return radiiKm.map(radiusKm => {
    const angle = toRadians(radiusKm, 'kilometers');
    const even = places.length * Math.sin(angle / 2) ** 2;
    const found = distances.map(
      sorted => sorted.findIndex(distance => distance > radiusKm) / even,
    );
    return {radiusKm, aroundCity: spreadOf(found).median};
  });
}

/** The densities, beside the guess. */
export function densityTable(densities: readonly Density[]): string {
  return table(
    ['cities around a city', 'guess', 'times as many as evenly'],
    densities.map(({radiusKm, aroundCity}) => [
      `within ${radiusKm.toLocaleString('en')} km`,
      `${clustering}`,
      aroundCity.toFixed(1),
    ]),
  );
}
