import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {join} from 'node:path';
import type {Weighed} from '../support/isolation/open-readers';

const megabyte = 1e6;

describe('10,000 open transactions that have read a row of 100,000', () => {
  let weighed: Weighed;

  before(() => {
    const program = join(__dirname, '../support/isolation/open-readers.js');
    const printed = execFileSync(process.execPath, ['--expose-gc', program], {
      encoding: 'utf8',
    });
    weighed = JSON.parse(printed) as Weighed;
  });

  it('take less than 50 MB of heap', () => {
    assert.equal(weighed.openCount, 10_000);
    const megabytes = weighed.heapBytes / megabyte;
    assert.ok(megabytes < 50, `they take ${megabytes.toFixed(1)} MB`);
  });

  it('are gone when they were rolled back', () => {
    assert.equal(weighed.openCountAfter, 0);
    const megabytes = weighed.heapBytesAfter / megabyte;
    assert.ok(megabytes < 2, `${megabytes.toFixed(1)} MB are still taken`);
  });
});
