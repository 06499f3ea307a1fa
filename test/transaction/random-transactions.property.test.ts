import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {isolationLevels} from '../../lib/transaction/isolation';
import {tryOftenAsync} from '../support/random';
import {conflicts, Pair, violations} from '../support/transaction/random-pair';
import {anySchemas} from '../support/transaction/random-schemas';
import {anySteps, sessionCount} from '../support/transaction/random-steps';

/** How many interleavings are tried; fewer on a busy machine. */
const interleavings = 3000;

const anyLevel = fc.constantFrom(...isolationLevels);

/** The levels of the sessions: one for all, or any. */
const anyLevels = fc.oneof(
  anyLevel.map(level => Array.from({length: sessionCount}, () => level)),
  fc.array(anyLevel, {minLength: sessionCount, maxLength: sessionCount}),
);

const tally = new Map<string, number>();

function count(what: string): void {
  tally.set(what, (tally.get(what) ?? 0) + 1);
}

describe('transactions and their naive twin', () => {
  it('have the same rows under any rules after any interleaving', async function () {
    this.timeout(60_000);
    const property = fc.asyncProperty(
      anyLevels,
      anySchemas,
      anySteps,
      async (levels, schemas, steps) => {
        count('interleavings');
        const pair = new Pair(schemas, levels, count);
        for (const each of steps) await pair.take(each);
        await pair.end();
      },
    );
    await tryOftenAsync(property, interleavings);
  });

  it('have met every outcome that is foreseen', () => {
    for (const what of [...tally.keys()].sort()) {
      console.log(`      ${String(tally.get(what)).padStart(7)} ${what}`);
    }
    const ways = ['savepoint', 'rollbackTo', 'release'];
    const waits = ['tried again after a wait', 'waited in the end'];
    const actions = ['cascaded delete', 'cascaded key'];
    for (const what of [
      'ok',
      ...ways,
      ...waits,
      ...actions,
      ...violations,
      ...conflicts,
    ]) {
      assert.ok((tally.get(what) ?? 0) > 0, `${what} was met`);
    }
  });
});
