import assert from 'node:assert/strict';
import {
  measureInProcess,
  requestFromJson,
  requestToJson,
} from '../../bench/part-process';

const pace = {rounds: 1, batchMs: 0.1, warmUpMs: 0.1, soakSeconds: 0.001};

describe('A part of the bench in a process of its own', () => {
  it('is asked what it would be asked in this one', () => {
    const request = {
      works: new Set(['scan']),
      peers: undefined,
      sizes: [10, 20],
      rows: 10,
      nodes: ['/usr/bin/node'],
      pace,
    };
    const text = requestToJson('queries', request);
    assert.deepEqual(requestFromJson(text), {
      name: 'queries',
      request: {...request, peers: undefined},
    });
  });

  it('answers targets and tables', () => {
    const request = {
      works: undefined,
      peers: undefined,
      sizes: [10],
      rows: 10,
      nodes: [],
      pace,
    };
    const {targets, tables} = measureInProcess('indexes', request);
    assert.equal(targets.length, 1);
    assert.match(tables.join(), /five indexes, one changes/);
  });
});
