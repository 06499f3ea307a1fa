import {ApplicationConfig, asLifeCycleObserver, inject} from '@loopback/core';
import {Entity, juggler, RepositoryMixin} from '@loopback/repository';
import {RestApplication, type SchemaObject} from '@loopback/rest';
import {
  type CrudRestControllerOptions,
  defineCrudRestController,
} from '@loopback/rest-crud';
import {RestExplorerComponent} from '@loopback/rest-explorer';
import * as inmemory from 'loopback-connector-inmemory';
import {explainInterceptor} from './explain';
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

/** What the application is told besides what LoopBack's applications are. */
export interface CitiesConfig extends ApplicationConfig {
  /** The JSON file that keeps the data; without it they end with the process. */
  file?: string | undefined;
  /** The settings of another datasource to have the data, such as a database's. */
  database?: object | undefined;
  /** Whether `?explain` tells clients how a query is answered; default false. */
  explain?: boolean | undefined;
}

/**
 * A REST application over the cities and countries of the world, all in memory,
 * and kept in a file if one is named. `GET /cities` and `GET /countries` take
 * LoopBack's filters.
 */
export class CitiesApplication extends RepositoryMixin(RestApplication) {
  constructor({file, database, explain, ...config}: CitiesConfig = {}) {
    super(config);
    this.api({
      openapi: '3.0.0',
      info: {title: 'Cities of the world', version: '1.0.0'},
      paths: {},
      components: {schemas: {GeoPoint: geoPointSchema}},
    });
    this.dataSource(
      new juggler.DataSource({
        connector: inmemory,
        // Filters come from anybody.
        statementTimeoutMs: 5_000,
        // The file is opened when it is asked for, by who can tell of failures.
        lazyConnect: true,
        ...(file === undefined ? {} : {file}),
        ...database,
        // So the repositories ask for it.
        name: 'world',
      }),
      // So that it is disconnected, and its file closed, when we stop.
    ).apply(asLifeCycleObserver);
    this.repository(CityRepository);
    this.repository(CountryRepository);
    this.serve(City, CityRepository, {basePath: '/cities'});
    // Which countries there are is for ISO 3166 to say.
    this.serve(Country, CountryRepository, {
      basePath: '/countries',
      readonly: true,
    });
    if (explain === true) this.interceptor(explainInterceptor, {global: true});
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
