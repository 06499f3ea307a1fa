import assert from 'node:assert/strict';
import {assert as assertHeld, unreachable} from '../../lib/base/assert';

describe('assert', () => {
  it('passes an invariant that holds', () => {
    assert.doesNotThrow(() => assertHeld(true, 'the sky is up'));
  });

  it('names the invariant that does not hold', () => {
    assert.throws(() => assertHeld(false, 'the sky is up'), {
      message: 'Broken invariant: the sky is up',
    });
  });
});

describe('unreachable', () => {
  it('shows the value that no branch of a switch expected', () => {
    assert.throws(() => unreachable({kind: 'new'} as never), {
      message: 'Broken invariant: unexpected {"kind":"new"}',
    });
  });
});
