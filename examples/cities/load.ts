import {setImmediate} from 'node:timers/promises';
import type {CitiesApplication} from './application';
import {readCities, readCountries} from './data';
import {CityRepository, CountryRepository} from './repositories';

/** Rows in one statement: few enough for the progress to be seen. */
const batchSize = 5_000;

/** How much is loaded. */
export interface Loaded {
  readonly cities: number;
  readonly countries: number;
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
  const countries = readCountries();
  await countryRepository.createAll(countries);
  const cities = readCities();
  onProgress(0, cities.length);
  for (let start = 0; start < cities.length; start += batchSize) {
    await cityRepository.createAll(cities.slice(start, start + batchSize));
    onProgress(Math.min(start + batchSize, cities.length), cities.length);
    // Lets signals and the progress bar have their turn.
    await setImmediate();
  }
  return {cities: cities.length, countries: countries.length};
}
