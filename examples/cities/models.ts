import {
  belongsTo,
  Entity,
  hasMany,
  model,
  property,
} from '@loopback/repository';

/** A place on the earth in degrees. */
export interface Position {
  lat: number;
  lng: number;
}

/** LoopBack's class of points; the juggler's types leave it out. */
const {GeoPoint} = require('loopback-datasource-juggler') as {
  GeoPoint: new (position: Position) => Position;
};

/** A country, known by its two letters of ISO 3166. */
@model()
export class Country extends Entity {
  @property({type: 'string', id: true, required: true})
  id!: string;

  @property({type: 'string', required: true, index: true})
  name!: string;

  @property({type: 'string'})
  capital?: string;

  @property({type: 'string', index: true})
  region?: string;

  /** In square kilometres. */
  @property({type: 'number', postgresql: {dataType: 'double precision'}})
  area?: number;

  @hasMany(() => City, {keyTo: 'country'})
  cities?: City[];
}

/** A city with at least 1,000 inhabitants or a seat of administration. */
@model({
  settings: {
    indexes: {
      biggest_of_country: {keys: {country: 1, population: -1}},
    },
  },
})
export class City extends Entity {
  /** Its number in the GeoNames database; a new city gets the next one. */
  @property({type: 'number', id: true, postgresql: {dataType: 'serial'}})
  id!: number;

  @property({type: 'string', required: true, index: true})
  name!: string;

  @belongsTo(
    () => Country,
    {name: 'inCountry', keyFrom: 'country'},
    {type: 'string', required: true, index: true},
  )
  country!: string;

  @property({type: 'number', index: true})
  population!: number;

  // LoopBack 4 knows no type of the name GeoPoint, but takes the class. Points
  // have no order, for which PostgreSQL's indexes of the usual type would ask.
  @property({type: () => GeoPoint, index: {type: 'gist'}})
  position!: Position;
}
