import {ApplicationConfig, inject} from '@loopback/core';
import {Entity, juggler, RepositoryMixin} from '@loopback/repository';
import {RestApplication, type SchemaObject} from '@loopback/rest';
import {
  type CrudRestControllerOptions,
  defineCrudRestController,
} from '@loopback/rest-crud';
import {RestExplorerComponent} from '@loopback/rest-explorer';
import * as inmemory from 'loopback-connector-inmemory';
import {City, Country} from './models';
import {CityRepository, CountryRepository} from './repositories';

/** What a request body must have where a model has a GeoPoint. */
const geoPointSchema: SchemaObject = {
  type: 'object',
  required: ['lat', 'lng'],
  properties: {
    lat: {type: 'number', minimum: -90, maximum: 90},
    lng: {type: 'number', minimum: -180, maximum: 180},
  },
  additionalProperties: false,
};

/**
 * A REST application over the cities and countries of the world, all kept in
 * memory. `GET /cities` and `GET /countries` take LoopBack's filters.
 */
export class CitiesApplication extends RepositoryMixin(RestApplication) {
  constructor(config: ApplicationConfig = {}) {
    super(config);
    this.api({
      openapi: '3.0.0',
      info: {title: 'Cities of the world', version: '1.0.0'},
      paths: {},
      components: {schemas: {GeoPoint: geoPointSchema}},
    });
    this.dataSource(
      new juggler.DataSource({name: 'world', connector: inmemory}),
    );
    this.repository(CityRepository);
    this.repository(CountryRepository);
    this.serve(City, CityRepository, {basePath: '/cities'});
    // Which countries there are is for ISO 3166 to say.
    this.serve(Country, CountryRepository, {
      basePath: '/countries',
      readonly: true,
    });
    this.component(RestExplorerComponent);
    this.redirect('/', '/explorer');
  }

  /** Adds the usual REST operations on a model. */
  private serve(
    model: typeof Entity,
    repository: {readonly name: string},
    options: CrudRestControllerOptions,
  ): void {
    const controller = defineCrudRestController(model, options);
    inject(`repositories.${repository.name}`)(controller, undefined, 0);
    this.controller(controller);
  }
}
