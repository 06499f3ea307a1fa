import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {compareWith} from '../../../testing';
import {makeDataSource} from '../../support/connector/data-source';
import {tryOftenAsync} from '../../support/random';
import {
  type RealDatabase,
  realDatabases,
} from '../../support/dialects/real-database';
import {runScript, scripts} from '../../support/dialects/random-script';

/** How many statements are compared; some of a script read what was written. */
const statementCount = Number(process.env['DIFFERENTIAL_STATEMENTS'] ?? 10_000);
const scriptLength = 40;

describe('random statements', () => {
  for (const name of ['pglite', 'postgresql']) {
    const connect = realDatabases[name];
    const title = connect ? '' : ' (skipped: TEST_POSTGRESQL_URL names none)';
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
        const statements = scripts(
          scriptLength,
          real.emulate.collation === 'C',
        );
        await tryOftenAsync(
          fc.asyncProperty(statements, async script => {
            const ours: any = makeDataSource({
              emulate: {...real.emulate, hazards: 'copy'},
            });
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
    });
  }
});
