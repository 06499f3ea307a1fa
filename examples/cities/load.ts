import {setImmediate} from 'node:timers/promises';
import type {CitiesApplication} from './application';
import {readCities, readCountries} from './data';
import {CityRepository, CountryRepository} from './repositories';

/** Rows in one statement: few enough for the progress to be seen. */
const batchSize = 5_000;

/** Loading may take as long as it takes. */
const withoutLimit = {statementTimeoutMs: 0};

/** How much is loaded. */
export interface Loaded {
  readonly cities: number;
  readonly countries: number;
}

/**
 * Opens the datasource, and its file if it has one. Returns how much was there,
 * undefined if the data are yet to be loaded.
 */
export async function open(
  app: CitiesApplication,
): Promise<Loaded | undefined> {
  const cityRepository = await app.getRepository(CityRepository);
  const countryRepository = await app.getRepository(CountryRepository);
  const {dataSource} = cityRepository;
  // What is emitted is what `connect` rejects with, and would end the process.
  dataSource.on('error', () => undefined);
  await dataSource.connect();
  const {count: cities} = await cityRepository.count();
  const {count: countries} = await countryRepository.count();
  return countries === 0 ? undefined : {cities, countries};
}

/**
 * Fills an application's datasource with all countries and cities. `onProgress`
 * is told how many cities are in, and how many there are.
 */
export async function load(
  app: CitiesApplication,
  onProgress: (loaded: number, total: number) => void = () => undefined,
): Promise<Loaded> {
  const countryRepository = await app.getRepository(CountryRepository);
  const cityRepository = await app.getRepository(CityRepository);
  // A file may have the beginning of a load that was broken off.
  await cityRepository.deleteAll(undefined, withoutLimit);
  const cities = readCities();
  onProgress(0, cities.length);
  for (let start = 0; start < cities.length; start += batchSize) {
    const batch = cities.slice(start, start + batchSize);
    await cityRepository.createAll(batch, withoutLimit);
    onProgress(Math.min(start + batchSize, cities.length), cities.length);
    // Lets signals and the progress bar have their turn.
    await setImmediate();
  }
  // They come last: where they are, everything is.
  const countries = readCountries();
  await countryRepository.createAll(countries, withoutLimit);
  return {cities: cities.length, countries: countries.length};
}
