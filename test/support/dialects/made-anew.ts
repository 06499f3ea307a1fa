import assert from 'node:assert/strict';
import {type RealDatabase, realDatabases} from './real-database';
import {differing, readRecording, recordedAnswers} from './recording';

/** Tests that a database still answers as its recording, where this machine has it. */
export function describeMadeAnew(database: string): void {
  const connect = realDatabases[database];
  const title = connect ? '' : ' (skipped: no server is named for tests)';
  describe(`of ${database}, made anew${title}`, () => {
    let real: RealDatabase;
    after(() => real?.drop());

    it('are what was kept', async function () {
      this.timeout(300_000);
      if (connect === undefined) this.skip();
      real = await connect();
      const {probes, versions} = readRecording(database)!;
      // Without the locale on its machine a server orders texts otherwise.
      if (real.versions['collation'] !== versions['collation']) this.skip();
      const found = await recordedAnswers(
        database,
        await real.open(),
        real.name,
      );
      const steps = differing(probes, found);
      assert.equal(steps.map(({text}) => text).join('\n'), '');
    });
  });
}
