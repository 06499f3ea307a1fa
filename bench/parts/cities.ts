import {
  DataSource,
  type AnyObject,
  type ModelBaseClass,
} from 'loopback-datasource-juggler';
import {readCities} from '../../examples/cities/data';
import * as inmemoryModule from 'loopback-connector-inmemory';
import {
  compare,
  ratioTarget,
  timingOf,
  type Comparison,
  type Entrant,
} from '../comparison';
import {useOtherModels} from '../other-models';
import {chosen, type Outcome, type Part, type Request} from '../part';
import {seededRandom} from '../random';
import {timeTable} from '../report';

const {GeoPoint} = require('loopback-datasource-juggler') as {
  GeoPoint: new (point: object) => object;
};

const nearestCount = 10;
const radiusKm = 50;
const maxTimesGeokdbush = 10;
/** The built-in connector's time as ours: at least a thousand times. */
const maxTimesBuiltIn = 1 / 1000;
const checkedOperations = 5;
const pickCount = 4096;
const loadSize = 5000;
/** Whose answers differ by less: engines do not agree on the radius of the earth. */
const tolerance = 0.01;

interface Place {
  readonly lat: number;
  readonly lng: number;
}
interface City {
  readonly id: number;
  readonly position: Place;
}

/** Answers the cities around a place, the nearest first: so many, or all within the radius. */
interface Atlas {
  nearest(place: Place): unknown;
  within(place: Place): unknown;
}

const peers = [
  {name: 'inmemory', open: (cities: City[]) => openDirect(cities)},
  {
    name: 'inmemory, juggler',
    open: (cities: City[]) => openModel(inmemoryModule, cities),
  },
  {name: 'geokdbush', open: (cities: City[]) => openGeokdbush(cities)},
  {name: 'built-in', open: (cities: City[]) => openModel('memory', cities)},
];

const works = [
  {name: 'nearest', description: `nearest ${nearestCount} of 135,233 cities`},
  {name: 'within', description: `all cities within ${radiusKm} km`},
] as const;

/** Cities around a city: by a geo index, by a static one, and by the built-in connector. */
export const cities: Part = {
  name: 'cities',
  title: 'Cities of the world',
  works: works.map(({name}) => name),
  peers: peers.map(({name}) => name),
  measure,
};

async function measure(request: Request): Promise<Outcome> {
  const all = readCities() as City[];
  const random = seededRandom(all.length);
  const picks = Array.from(
    {length: pickCount},
    () => all[Math.floor(random() * all.length)]!,
  );
  const opened: {name: string; atlas: Atlas}[] = [];
  for (const {name, open} of chosen(peers, request.peers)) {
    request.say(`loading cities into ${name}`);
    opened.push({name, atlas: await open(all)});
  }
  const comparisons: Comparison[] = [];
  for (const {name: work, description} of chosen(works, request.works)) {
    request.say(`looking for cities: ${work}`);
    const entrants = opened.map(({name, atlas}): Entrant => ({
      name,
      rows: all.length,
      perform: index => atlas[work](picks[index % pickCount]!.position),
    }));
    await checkAnswers(work, entrants, picks);
    comparisons.push(await compare(description, entrants, request.pace));
  }
  return {
    targets: comparisons.flatMap(targetsOf),
    tables: [timeTable(comparisons, () => 'inmemory')],
  };
}

function targetsOf(comparison: Comparison) {
  const ours = timingOf(comparison, 'inmemory');
  return [
    ...ratioTarget(
      comparison,
      'times geokdbush',
      [ours, timingOf(comparison, 'geokdbush')],
      maxTimesGeokdbush,
    ),
    ...ratioTarget(
      comparison,
      'times the built-in connector',
      [ours, timingOf(comparison, 'built-in')],
      maxTimesBuiltIn,
    ),
  ];
}

/** All entrants must answer as many cities at the same distances, give or take a hundredth. */
async function checkAnswers(
  work: string,
  entrants: readonly Entrant[],
  picks: readonly City[],
): Promise<void> {
  for (let index = 0; index < checkedOperations; index++) {
    const center = picks[index]!.position;
    let right: number[] | undefined;
    for (const {name, perform} of entrants) {
      const answer = (await perform(index)) as City[];
      const distances = answer.map(({position}) =>
        distanceKm(center, position),
      );
      right ??= distances;
      if (isClose(distances, right)) continue;
      throw new Error(
        `${name} answers ${work} with distances ${distances.join()}, not ${right.join()}.`,
      );
    }
  }
}

/** Cities at the edge may be missing from one of them. */
function isClose(some: readonly number[], others: readonly number[]): boolean {
  const inside = (distance: number) => distance < radiusKm * (1 - tolerance);
  const left = some.filter(inside);
  const right = others.filter(inside);
  return (
    left.length === right.length &&
    left.every(
      (km, place) => Math.abs(km - right[place]!) <= tolerance * km + 0.001,
    )
  );
}

function distanceKm(from: Place, to: Place): number {
  const radians = Math.PI / 180;
  const haversine = (angle: number) => Math.sin((angle * radians) / 2) ** 2;
  const part =
    haversine(to.lat - from.lat) +
    Math.cos(from.lat * radians) *
      Math.cos(to.lat * radians) *
      haversine(to.lng - from.lng);
  return 2 * 6371 * Math.asin(Math.sqrt(part));
}

async function openGeokdbush(all: readonly City[]): Promise<Atlas> {
  const {default: KDBush} = await import('kdbush');
  const {around} = await import('geokdbush');
  const index = new KDBush(all.length);
  for (const {position} of all) index.add(position.lng, position.lat);
  index.finish();
  const find = ({lat, lng}: Place, count: number, km: number) =>
    around(index, lng, lat, count, km).map(place => all[place]!);
  return {
    nearest: place => find(place, nearestCount, Number.POSITIVE_INFINITY),
    within: place => find(place, Number.POSITIVE_INFINITY, radiusKm),
  };
}

function nearestFilter({lat, lng}: Place): AnyObject {
  const near = new GeoPoint({lat, lng});
  return {where: {position: {near}}, limit: nearestCount};
}

function withinFilter({lat, lng}: Place): AnyObject {
  const near = new GeoPoint({lat, lng});
  const position = {near, maxDistance: radiusKm, unit: 'kilometers'};
  return {where: {position}};
}

interface CityModel extends ModelBaseClass {
  find(filter: AnyObject): Promise<City[]>;
}

async function openDataSource(
  connector: unknown,
  all: readonly City[],
): Promise<{dataSource: DataSource; model: CityModel}> {
  const dataSource = new DataSource({connector});
  await dataSource.connect();
  await useOtherModels(dataSource);
  const model = dataSource.createModel<CityModel>('City', {
    id: {type: Number, id: true},
    name: {type: String, index: true},
    country: {type: String},
    population: {type: Number},
    position: {type: GeoPoint, index: true},
  });
  for (let start = 0; start < all.length; start += loadSize) {
    const part = all
      .slice(start, start + loadSize)
      .map(city => ({...city, position: new GeoPoint(city.position)}));
    await ask(dataSource, 'createAll', part);
  }
  return {dataSource, model};
}

async function openModel(
  connector: unknown,
  all: readonly City[],
): Promise<Atlas> {
  const {model} = await openDataSource(connector, all);
  return {
    nearest: place => model.find(nearestFilter(place)),
    within: place => model.find(withinFilter(place)),
  };
}

async function openDirect(all: readonly City[]): Promise<Atlas> {
  const {dataSource} = await openDataSource(inmemoryModule, all);
  return {
    nearest: place => ask(dataSource, 'all', nearestFilter(place)),
    within: place => ask(dataSource, 'all', withinFilter(place)),
  };
}

function ask(
  {connector}: DataSource,
  method: string,
  operand: unknown,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const callback = (error: unknown, answer: unknown): void =>
      error ? reject(error) : resolve(answer);
    connector![method]('City', operand, {}, callback);
  });
}
