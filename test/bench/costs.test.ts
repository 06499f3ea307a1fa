import assert from 'node:assert/strict';
import {measureCrossovers, measureLimit} from '../../bench/costs/crossovers';
import {measureSteps} from '../../bench/costs/measure';
import {
  crossoversTable,
  limitTable,
  stepsTable,
  type Measured,
} from '../../bench/costs/report';
import {densityTable, measureDensity} from '../../bench/costs/places';
import {stockOf} from '../../bench/costs/tables';

const pace = {rounds: 1, batchMs: 0.1, warmUpMs: 0.1, soakSeconds: 0.001};

describe('The bench of what the planner guesses', () => {
  let measured: Measured;
  before(async () => {
    const layout = {rows: 1000, isScattered: true};
    const stock = await stockOf(layout);
    measured = {
      layout,
      steps: await measureSteps(stock, pace),
      crossovers: await measureCrossovers(stock, pace),
      limit: await measureLimit(stock, pace),
    };
  });

  it('measures each step, beside its guess', () => {
    const lines = stepsTable([measured]).split('\n').slice(2);
    assert.equal(lines.length, measured.steps.length);
    for (const line of lines) {
      assert.match(line, /^\| an? .* \| [14] \| -?\d+ ns, -?\d+\.\d \|$/);
    }
  });

  it('finds where an index and a scan take the same time', () => {
    const [, , guess, ...lines] = crossoversTable([measured]).split('\n');
    assert.match(guess!, /\| 0\.50 \|$/);
    assert.equal(lines.length, 6);
    for (const line of lines) {
      assert.match(line, /^\| a .* \| {2}\| (above |below )?0\.\d+ \|$/);
    }
  });

  it('finds the limit up to which an order is walked', () => {
    const [, , guess, found] = limitTable([measured]).split('\n');
    assert.match(guess!, /\| 1\.3 \|$/);
    assert.match(found!, /\| (above |below )?\d+(\.\d+)? \|$/);
  });

  it('counts how many cities lie around one', () => {
    const lines = densityTable(measureDensity(3)).split('\n').slice(2);
    assert.equal(lines.length, 5);
    for (const line of lines) {
      assert.match(line, /^\| within .* km \| 4 \| \d+\.\d \|$/);
    }
  });
});
