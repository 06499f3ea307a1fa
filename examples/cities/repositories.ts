import {Getter, inject} from '@loopback/core';
import {
  BelongsToAccessor,
  DefaultCrudRepository,
  HasManyRepositoryFactory,
  juggler,
  repository,
} from '@loopback/repository';
import {City, Country} from './models';

/** The cities; a city's `inCountry` can be included. */
export class CityRepository extends DefaultCrudRepository<City, number> {
  readonly inCountry: BelongsToAccessor<Country, number>;

  constructor(
    @inject('datasources.world') dataSource: juggler.DataSource,
    @repository.getter('CountryRepository')
    countries: Getter<CountryRepository>,
  ) {
    super(City, dataSource);
    this.inCountry = this.createBelongsToAccessorFor('inCountry', countries);
    this.registerInclusionResolver(
      'inCountry',
      this.inCountry.inclusionResolver,
    );
  }
}

/** The countries; a country's `cities` can be included. */
export class CountryRepository extends DefaultCrudRepository<Country, string> {
  readonly cities: HasManyRepositoryFactory<City, string>;

  constructor(
    @inject('datasources.world') dataSource: juggler.DataSource,
    @repository.getter('CityRepository') cities: Getter<CityRepository>,
  ) {
    super(Country, dataSource);
    this.cities = this.createHasManyRepositoryFactoryFor('cities', cities);
    this.registerInclusionResolver('cities', this.cities.inclusionResolver);
  }
}
