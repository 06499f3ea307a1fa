import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {compareWith} from '../../../../testing';
import {makeDataSource} from '../../connector/data-source';
import {seed, tryOftenAsync} from '../../random';
import {type RealDatabase, realDatabases} from '../real-database';
import {compareUnlike} from './realigned';
import {runScript, type Script, type ScriptOptions, scripts} from './script';

/** How many statements are compared; some of a script read what was written. */
const statementCount = Number(process.env['DIFFERENTIAL_STATEMENTS'] ?? 2_000);
/** Whether more is asked than each change is tested with. */
const isLong = statementCount > 10_000;
const scriptLength = 40;
/** And how many where nothing is emulated; each is compared for itself. */
const unlikeCount = statementCount / 10;
const unlikeLength = 20;

/** Which scripts a database is asked. */
type OptionsFor = (real: RealDatabase) => Omit<ScriptOptions, 'length'>;

/** Tests that random statements are answered as by a real database. */
export function compareRandomStatements(
  name: string,
  optionsFor: OptionsFor,
): void {
  const connect = realDatabases[name];
  const title = connect ? '' : ' (skipped: no server is named for tests)';
  describe(`on ${name}${title}`, () => {
    let real: RealDatabase;
    let theirs: any;
    before(async function () {
      this.timeout(0);
      if (connect === undefined) this.skip();
      real = await connect();
      theirs = await real.open();
    });
    after(() => real?.drop());

    it(`are answered as there, ${statementCount} of them`, async function () {
      this.timeout(0);
      let compared = 0;
      const all = scripts({...optionsFor(real), length: scriptLength});
      await tryOftenAsync(
        fc.asyncProperty(all, async script => {
          const ours: any = makeDataSource({
            emulate: {...real.emulate, hazards: 'copy'},
          });
          await dropTables(theirs, script);
          const comparison = await compareWith(ours, theirs, each =>
            runScript(each, script),
          );
          compared += comparison.statements;
          assert.ok(comparison.difference === undefined, comparison.text);
        }),
        Math.ceil(statementCount / scriptLength),
        3_600_000,
      );
      assert.ok(compared >= statementCount);
    });

    explainRandomDifferences(
      () => theirs,
      () => optionsFor(real),
    );
  });
}

/**
 * Tests that each difference that there is without emulation has a rule. Two reasons
 * may meet in one answer, which no rule explains, so that only a long run asks
 * statements that nobody has seen.
 */
function explainRandomDifferences(
  theirs: () => any,
  options: () => Omit<ScriptOptions, 'length'>,
): void {
  it(`are answered otherwise by a rule where nothing is emulated, ${unlikeCount} of them`, async function () {
    this.timeout(0);
    let differing = 0;
    const all = scripts({
      ...options(),
      // A write by one of two ids changes other rows than those that it answers.
      hasCompositeIds: false,
      length: unlikeLength,
    });
    await fc.assert(
      fc.asyncProperty(all, async script => {
        await dropTables(theirs(), script);
        const found = await compareUnlike(makeDataSource(), theirs(), script);
        differing += found.differences.length;
        const others = found.differences.filter(
          ({difference}) => difference!.rule === undefined,
        );
        assert.equal(others.map(({text}) => text).join('\n'), '');
      }),
      {
        numRuns: Math.ceil(unlikeCount / unlikeLength),
        seed: isLong ? seed : 1,
      },
    );
    assert.ok(differing > 0);
  });
}

/** The tables of earlier scripts, for one that others refer to cannot be made anew. */
async function dropTables(dataSource: any, {models}: Script): Promise<void> {
  if (models.length === 1) return;
  for (const table of ['thing', 'owner']) {
    await new Promise<void>((resolve, reject) => {
      dataSource.connector.execute(
        `DROP TABLE IF EXISTS ${table}`,
        [],
        (error: unknown) => (error ? reject(error) : resolve()),
      );
    });
  }
}
