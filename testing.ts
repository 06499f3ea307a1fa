/**
 * For tests of applications: `compareWith` runs the same on this connector and on
 * another database, and tells where they differ. docs/testing.md.
 */
export {compareWith} from './lib/testing/compare-with';
export type {Comparison, CompareOptions} from './lib/testing/compare-with';
export type {Difference} from './lib/testing/difference';
export type {Answer, Told} from './lib/testing/answer';
export type {DataSourceLike} from './lib/testing/watched-models';
