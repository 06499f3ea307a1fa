import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {makeDataSource} from '../support/connector/data-source';
import {root} from '../support/package/application';
import {notEmulated} from '../support/dialects/not-emulated';
import {describeMadeAnew} from '../support/dialects/made-anew';
import {
  differing,
  readRecording,
  recordedAnswers,
  recordedNames,
} from '../support/dialects/recording';

/** The datasource that is to answer as a database does. */
function emulated(database: string): any {
  const emulate = {database, hazards: 'copy', migrations: 'required'};
  return makeDataSource({emulate});
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

  describeMadeAnew('sqlite');
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
