import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';

/** How a published test ended. */
interface PublishedTest {
  readonly fullTitle: string;
  readonly err: {readonly message?: string; readonly stack?: string};
}

/** What a run of a published suite reports: mocha's own JSON. */
interface Report {
  readonly passes: readonly PublishedTest[];
  readonly failures: readonly PublishedTest[];
  readonly pending: readonly PublishedTest[];
}

/** A suite that LoopBack publishes and how much of it is expected to run. */
export interface PublishedSuite {
  readonly name: string;
  /** The test file, or files of one process, as they were published. */
  readonly file: string | readonly string[];
  /** Loaded before the file, if need be: it sets the datasource under test. */
  readonly setup?: string;
  /** What the titles have of the tests that are run; all are unless told. */
  readonly only?: string;
  /** Variables that the file reads. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Tests that pass. A test that vanishes is a failure, too. */
  readonly passing: number;
  /** Tests that are skipped; docs/conformance.md has the reasons. */
  readonly pending: number;
  /** The titles of those that fail, with as good a reason there; none unless told. */
  readonly failing?: readonly string[];
}

/**
 * Runs a published suite, unmodified, in a mocha process of its own (these
 * suites change globals), and makes a test of each of its tests. It is run while
 * test files are loaded, because mocha must know the titles then.
 */
export function describePublished(suite: PublishedSuite): void {
  const report = run(suite);
  describe(suite.name, () => {
    for (const {fullTitle} of report.passes) {
      it(fullTitle, () => {
        assert.ok(isPassed(report, fullTitle), `${fullTitle} did not pass`);
      });
    }
    const expected = suite.failing ?? [];
    const others = report.failures.filter(
      ({fullTitle}) => !expected.includes(fullTitle),
    );
    for (const {fullTitle, err} of others) {
      it(fullTitle, () => {
        assert.fail(err.stack ?? err.message ?? 'failed without a reason');
      });
    }
    for (const {fullTitle} of report.pending) it.skip(fullTitle);

    for (const title of expected) {
      it(`fails on purpose: ${title}`, () => {
        assert.ok(report.failures.some(test => test.fullTitle === title));
      });
    }

    it(`has ${suite.passing} passing and ${suite.pending} skipped tests`, () => {
      assert.deepEqual(
        {passing: report.passes.length, pending: report.pending.length},
        {passing: suite.passing, pending: suite.pending},
      );
    });
  });
}

function isPassed(report: Report, title: string): boolean {
  return (
    report.passes.some(test => test.fullTitle === title) &&
    !report.failures.some(test => test.fullTitle === title)
  );
}

function run(suite: PublishedSuite): Report {
  const folder = mkdtempSync(path.join(tmpdir(), 'conformance-'));
  const files = [suite.file].flat();
  try {
    const output = path.join(folder, 'report.json');
    const mocha = path.join(
      path.dirname(require.resolve('mocha/package.json')),
      'bin/mocha.js',
    );
    const child = spawnSync(
      process.execPath,
      [
        mocha,
        '--no-config',
        '--exit',
        '--timeout',
        '20000',
        ...(suite.setup ? ['--require', suite.setup] : []),
        ...(suite.only ? ['--fgrep', suite.only] : []),
        '--reporter',
        'json',
        '--reporter-option',
        `output=${output}`,
        ...files,
      ],
      {
        encoding: 'utf8',
        cwd: path.dirname(files[0]!),
        env: {...process.env, ...suite.environment},
      },
    );
    return readReport(output, child.stderr);
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

function readReport(file: string, errors: string): Report {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    throw new Error(`The published suite did not run to its end:\n${errors}`);
  }
}
