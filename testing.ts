/** For tests of applications: docs/testing.md. */
export {diff} from './lib/testing/diff';
export type {RowDifferences} from './lib/testing/diff';
export {faults, Faults} from './lib/testing/faults';
export type {
  Fault,
  FaultOptions,
  FaultScope,
  LatencyOptions,
  Operation,
  RateOptions,
} from './lib/testing/faults';
export type {FaultError, NetworkError} from './lib/testing/fault-errors';
export {fork} from './lib/testing/fork';
export {givenInMemoryDb} from './lib/testing/given-in-memory-db';
export type {
  GivenInMemoryDbOptions,
  InMemoryDataSources,
} from './lib/testing/in-memory-application';
export type {ApplicationLike} from './lib/testing/application';
export type {Emulate} from './lib/testing/replacement';
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
export {seed} from './lib/testing/seeds/seed';
export type {SeededIds, SeedOptions} from './lib/testing/seeds/seed';
export type {SeedSource} from './lib/testing/seeds/sources';
export {deterministic} from './lib/testing/seeds/deterministic';
export type {ClockAndIds} from './lib/testing/seeds/generated-values';
export {association, factory, Factory} from './lib/testing/seeds/factory';
export type {
  Association,
  Attribute,
  Definition,
  FactoryOptions,
  FactoryTarget,
  Making,
} from './lib/testing/seeds/factory';
