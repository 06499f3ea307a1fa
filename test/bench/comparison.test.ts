import assert from 'node:assert/strict';
import {isMet, ratioTarget, timingOf} from '../../bench/comparison';
import {targetTable, timeTable} from '../../bench/report';

const comparison = {
  work: 'a walk',
  timings: [
    {name: 'we', rows: 1000, times: [1, 4, 9]},
    {name: 'they', rows: 1000, times: [2, 2, undefined]},
  ],
};
const ours = timingOf(comparison, 'we');
const theirs = timingOf(comparison, 'they');

describe('A comparison of the bench', () => {
  it('takes ratios between neighbours of one round', () => {
    const [target] = ratioTarget(comparison, 'times', [ours, theirs], 1.25);
    assert.equal(target!.measured.median, (0.5 + 2) / 2);
    assert.equal(target!.measured.count, 2);
  });

  it('meets a target by the median', () => {
    const [met] = ratioTarget(comparison, 'times', [ours, theirs], 1.25);
    const [missed] = ratioTarget(comparison, 'times', [ours, theirs], 1.24);
    assert.deepEqual([isMet(met!), isMet(missed!)], [true, false]);
  });

  it('has no target where a contender is missing', () => {
    assert.deepEqual(
      ratioTarget(comparison, 'times', [ours, undefined], 1),
      [],
    );
  });

  it('is printed as tables', () => {
    const targets = ratioTarget(comparison, 'times', [ours, theirs], 2);
    assert.match(
      targetTable(targets),
      /\| a walk \| 1\.25 \(0\.88-1\.63\) times \| at most 2 \| met \|/,
    );
    assert.match(
      timeTable([comparison], () => 'they'),
      /\| a walk \| we \| 4\.00 ms, 1\.25x \|/,
    );
  });
});
