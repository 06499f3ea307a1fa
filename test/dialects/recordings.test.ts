import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {makeDataSource} from '../support/connector/data-source';
import {root} from '../support/package/application';
import {notEmulated} from '../support/dialects/not-emulated';
import {
  type RealDatabase,
  realDatabases,
} from '../support/dialects/real-database';
import {
  readRecording,
  recordedAnswers,
  recordedNames,
  type Recording,
} from '../support/dialects/recording';

/** The datasource that is to answer as a database does. */
function emulated(database: string): any {
  const emulate = {database, hazards: 'copy', migrations: 'required'};
  return makeDataSource({emulate});
}

/** All steps of which the answers are not those of a recording. */
function differing(recorded: Recording['probes'], found: Recording['probes']) {
  const steps: {probe: string; step: string; text: string}[] = [];
  for (const [probe, answers] of Object.entries(recorded)) {
    for (const [step, answer] of Object.entries(answers)) {
      const [there, here] = [answer, found[probe]?.[step]].map(each =>
        JSON.stringify(each),
      );
      if (there === here) continue;
      const text = `${probe}: ${step}\n  there ${there}\n  here  ${here}`;
      steps.push({probe, step, text});
    }
  }
  return steps;
}

describe('recordings', () => {
  for (const database of recordedNames.filter(name => name in notEmulated)) {
    describe(`of ${database}`, () => {
      const recording = readRecording(database)!;
      const listed = notEmulated[database]!;
      const isListed = (probe: string, step: string) =>
        listed.some(
          each =>
            each.probe === probe && (each.step === step || each.step === '*'),
        );
      let steps: ReturnType<typeof differing>;
      before(async () => {
        const found = await recordedAnswers(database, emulated(database));
        steps = differing(recording.probes, found);
      });

      it('are answered as there, but for those that are listed', () => {
        const others = steps.filter(({probe, step}) => !isListed(probe, step));
        assert.equal(others.map(({text}) => text).join('\n'), '');
      });

      it('differ in all that is listed', () => {
        const needless = listed.filter(
          ({probe, step}) =>
            !steps.some(
              each =>
                each.probe === probe && (each.step === step || step === '*'),
            ),
        );
        assert.deepEqual(needless, []);
      });
    });
  }

  for (const database of recordedNames) {
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
});

describe('docs/emulation-proof.md', () => {
  it('has the steps that are not emulated, with the reason of each', () => {
    const text = readFileSync(
      path.join(root, 'docs/emulation-proof.md'),
      'utf8',
    );
    const rows = [...text.matchAll(/^\| (\w+) +\| (.*?) +\| (.*?) +\|$/gm)];
    const listed = Object.entries(notEmulated).flatMap(([database, steps]) =>
      steps.map(({probe, reason, step}) =>
        [database, `${probe}: ${step === '*' ? 'all' : step}`, reason].join(),
      ),
    );
    assert.deepEqual(
      rows
        .map(([, ...cells]) => cells.join())
        .filter(row => row.includes(': ')),
      listed,
    );
  });
});
