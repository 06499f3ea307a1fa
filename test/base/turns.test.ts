import assert from 'node:assert/strict';
import {setImmediate} from 'node:timers/promises';
import {mock} from 'node:test';
import {Turns} from '../../lib/base/turns';

/** Keeps the event loop from turning. */
function keepBusy(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe('tasks of a turn of the event loop', () => {
  it('run at once when there are none before them', () => {
    const turns = new Turns();
    let hasRun = false;
    turns.run(() => (hasRun = true));
    assert.equal(hasRun, true);
  });

  it('run in the order in which they came', async () => {
    const turns = new Turns();
    const order: number[] = [];
    for (const i of [1, 2, 3, 4]) turns.run(() => order.push(i));
    assert.deepEqual(order, [1], 'what comes of the first comes first');
    await setImmediate();
    turns.run(() => order.push(5));
    await setImmediate();
    assert.deepEqual(order, [1, 2, 3, 4, 5]);
  });

  it('wait for the next turn where those before them have taken long', async () => {
    const turns = new Turns();
    const done: string[] = [];
    const ended = new Promise<void>(resolve => {
      const chain = (left: number): void => {
        done.push('task');
        keepBusy(3);
        if (left === 0) resolve();
        else
          void Promise.resolve().then(() => turns.run(() => chain(left - 1)));
      };
      turns.run(() => chain(9));
    });
    const others = (async () => {
      for (let i = 0; i < 3; i++) {
        await setImmediate();
        done.push('other');
      }
    })();
    await Promise.all([ended, others]);
    assert.ok(done.indexOf('other') < done.lastIndexOf('task'), String(done));
  });

  it('run though a test has faked the timers', async () => {
    const turns = new Turns();
    const order: number[] = [];
    mock.timers.enable({apis: ['setImmediate', 'setTimeout']});
    try {
      for (const i of [1, 2, 3]) turns.run(() => order.push(i));
    } finally {
      mock.timers.reset();
    }
    await setImmediate();
    assert.deepEqual(order, [1, 2, 3]);
  });

  it('run at once again after a test has faked what follows promises', async () => {
    const turns = new Turns();
    const {queueMicrotask} = globalThis;
    globalThis.queueMicrotask = () => undefined;
    try {
      turns.run(() => undefined);
    } finally {
      globalThis.queueMicrotask = queueMicrotask;
    }
    await setImmediate();
    let hasRun = false;
    turns.run(() => (hasRun = true));
    assert.equal(hasRun, true);
  });
});
