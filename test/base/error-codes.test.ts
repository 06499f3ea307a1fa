import assert from 'node:assert/strict';
import {
  type ErrorCode,
  errorCodes,
  type ErrorFacts,
} from '../../lib/base/error-codes';

function codesWith(held: (facts: ErrorFacts) => boolean): ErrorCode[] {
  const codes = Object.keys(errorCodes) as ErrorCode[];
  return codes.filter(code => held(errorCodes[code]));
}

describe('errorCodes', () => {
  // SQLSTATEs of the class 40 say that a transaction was rolled back.
  it('lets those errors end the transaction that do so in SQL databases', () => {
    assert.deepEqual(
      codesWith(({endsTransaction}) => endsTransaction === true),
      codesWith(({sqlState}) => sqlState?.startsWith('40') === true),
    );
  });

  it('lets a transaction be run again after a conflict with another', () => {
    assert.deepEqual(
      codesWith(({isRetryable}) => isRetryable === true),
      ['SERIALIZATION_FAILURE', 'DEADLOCK'],
    );
  });

  it('has an HTTP status of an error for each code', () => {
    assert.deepEqual(
      codesWith(({status}) => !(status >= 400 && status < 600)),
      [],
    );
  });

  it('has SQLSTATEs of five characters only', () => {
    const states = Object.values(errorCodes).flatMap(
      ({sqlState, constraintSqlStates = {}}) =>
        [sqlState ?? [], Object.values(constraintSqlStates)].flat(),
    );
    assert.deepEqual(
      states.filter(state => !/^[0-9A-Z]{5}$/.test(state)),
      [],
    );
  });
});
