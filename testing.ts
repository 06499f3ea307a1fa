/** For tests of applications: docs/testing.md. */
export {diff} from './lib/testing/diff';
export type {RowDifferences} from './lib/testing/diff';
export {fork} from './lib/testing/fork';
export {isolate, withRollback} from './lib/testing/isolate';
export type {IsolateOptions, TestHooks} from './lib/testing/isolate';
export {reset, restore, Snapshot, snapshot} from './lib/testing/snapshot';
export {compareWith} from './lib/testing/compare-with';
export type {Comparison, CompareOptions} from './lib/testing/compare-with';
export type {Difference} from './lib/testing/difference';
export type {Answer, Told} from './lib/testing/answer';
export {
  assertNoRepeatedStatements,
  assertNoScans,
  assertStatements,
  record,
} from './lib/testing/sight-when-called';
export type {
  ExpectedStatements,
  RepeatOptions,
  ScanOptions,
} from './lib/testing/sight/assertions';
export type {Recording} from './lib/testing/sight/record';
export type {RecordedStatement} from './lib/testing/sight/recorded';
export type {DataSourceLike} from './lib/testing/watched-models';
