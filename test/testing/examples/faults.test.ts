import assert from 'node:assert/strict';
import {juggler} from '@loopback/repository';
import * as inmemory from '../../../index';
import {faults} from '../../../testing';

const db = new juggler.DataSource({name: 'db', connector: inmemory});
const Order = (db as any).define('Order', {
  id: {type: 'number', id: true, generated: true},
  text: {type: 'string'},
});

async function placeOrder(text: string): Promise<any> {
  try {
    return await Order.create({text});
  } catch (error) {
    if ((error as {code?: string}).code !== 'DEADLOCK') throw error;
    return placeOrder(text);
  }
}

describe('the documented example of faults', () => {
  it('fails on demand', async () => {
    // docs/testing.md: faults
    const deadlock = faults(db).fail({
      on: 'create',
      model: 'Order',
      error: 'DEADLOCK',
    });
    await placeOrder('tries it again');
    assert.equal(deadlock.hits, 1);

    faults(db).latency({minMs: 5, maxMs: 20, seed: 1});
    faults(db).rate(0.01, {seed: 1, error: 'ECONNRESET'});
    faults(db).clear();
    // end
  });
});
