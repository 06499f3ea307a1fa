import {createRequire} from 'node:module';
import type {Point} from '../../../lib/value/geo';

interface GeoPointClass {
  new (point: Point): Point & {distanceTo(other: Point): number};
  distanceBetween(a: Point, b: Point, options: {type: string}): number;
}

/** LoopBack's own points; the types of the package leave them out. */
export const {GeoPoint} = createRequire(__filename)(
  'loopback-datasource-juggler',
) as {GeoPoint: GeoPointClass};
