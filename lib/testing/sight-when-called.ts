import {refuseUnknownOptions, requireFunction} from './arguments';
import {loadAssertions, loadRecording} from './on-demand';
import type {DataSourceLike} from './watched-models';
import type {
  ExpectedStatements,
  RepeatOptions,
  ScanOptions,
} from './sight/assertions';
import type {Recording} from './sight/record';

/*
 * What is imported of `sight`; it is loaded when it is first used, for most test files
 * use none of it.
 */

type Fn<DS, T> = (dataSource: DS) => T | Promise<T>;

/**
 * Runs a function, and tells which statements ran on a datasource meanwhile, whoever made
 * them: what they asked, how they were answered, what that took, and which line of
 * code they came from. Of what the juggler asks to answer one call each statement
 * counts. Plans are worked out when they are read, on the rows as they were before
 * the statement.
 *
 * Fails as the function does, and with INVALID_SETTING where the datasource has
 * another connector.
 */
export async function record<DS extends DataSourceLike, T>(
  dataSource: DS,
  fn: Fn<DS, T>,
): Promise<Recording<T>> {
  requireFunction('record', fn);
  return loadRecording().noted(dataSource, fn);
}

/**
 * Runs a function, and fails with an AssertionError, which shows the statements, unless
 * it has made as many as expected; begin, commit and rollback do not count. Gives its
 * result. Fails as the function does, too, and with INVALID_SETTING on an expectation
 * that is none.
 */
export async function assertStatements<DS extends DataSourceLike, T>(
  dataSource: DS,
  expected: ExpectedStatements,
  fn: Fn<DS, T>,
): Promise<T> {
  requireFunction('assertStatements', fn);
  return loadAssertions().assertStatements(dataSource, expected, fn);
}

/**
 * Runs a function, and fails with an AssertionError where a statement looked at all rows
 * of a table to find some: it shows the statements, and the index that would mend it.
 * Who asks for all rows scans nothing. Gives the function's result, and fails as that
 * does.
 */
export async function assertNoScans<DS extends DataSourceLike, T>(
  dataSource: DS,
  fn: Fn<DS, T>,
  options: ScanOptions = {},
): Promise<T> {
  requireFunction('assertNoScans', fn);
  refuseUnknownOptions('assertNoScans', options, ['allow']);
  return loadAssertions().assertNoScans(dataSource, fn, options);
}

/**
 * Runs a function, and fails with an AssertionError where one place in the code has asked
 * the same kind of statement (of the same model, method and shape of filter) more than
 * `max` times, as in a loop over rows: it shows the statements, and how to ask once.
 * Rows that are inserted at once, pages of a table, what LoopBack asks for one call, and
 * other HTTP requests are no repetition. Gives the function's result, and fails as
 * that does.
 */
export async function assertNoRepeatedStatements<DS extends DataSourceLike, T>(
  dataSource: DS,
  fn: Fn<DS, T>,
  options: RepeatOptions = {},
): Promise<T> {
  requireFunction('assertNoRepeatedStatements', fn);
  refuseUnknownOptions('assertNoRepeatedStatements', options, ['max']);
  return loadAssertions().assertNoRepeatedStatements(dataSource, fn, options);
}
