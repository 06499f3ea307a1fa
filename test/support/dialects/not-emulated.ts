/** Steps of a recording that are answered otherwise, and why; `*` is all steps. */
export interface NotEmulated {
  readonly probe: string;
  readonly step: string;
  readonly reason: string;
}

const twoCopies =
  'the older connector of the tests brings its own loopback-connector, so that the juggler does not know when its transactions have ended';

const near =
  'the server quotes the rest of the statement, and there is no SQL here';
const mixedIds =
  'there rows with and without an id cannot be inserted by one statement; here each gets what it lacks';
const olderConnector =
  'the older connector of the tests sends empty parentheses, which the emulated one leaves out';
const dayZero =
  'the server stores the day 2000-03-00, which no date of JavaScript is';
const locks =
  'InnoDB locks what it reads; here a conflict is found when it is written or committed';

function steps(
  probe: string,
  reason: string,
  names: readonly string[],
): NotEmulated[] {
  return names.map(step => ({probe, step, reason}));
}

/** By database. A step that is answered as recorded must not stand here. */
export const notEmulated: Readonly<Record<string, readonly NotEmulated[]>> = {
  postgresql: [
    ...steps('transactions: after its end', twoCopies, [
      'active',
      'find',
      'create',
    ]),
    ...steps(
      'isolation: write skew, SERIALIZABLE',
      'which of two reasons a conflict has is not known when a transaction commits',
      ['commit too'],
    ),
  ],
  mariadb: [
    ...steps('ids: several at once', mixedIds, ['all', 'next', 'rows']),
    ...steps('strings: like without case', near, ['begin', 'accent', 'not']),
    ...steps('objects: an object in a where', near, ['object', 'empty']),
    ...steps('where: a property that there is not', olderConnector, ['onlyOr']),
    ...steps('where: or and and of nothing', olderConnector, [
      'andEmpty',
      'orEmpty',
      'orObject',
    ]),
    ...steps('where: an operator that there is not', near, [
      'unknown',
      'second',
      'exists',
    ]),
    ...steps('where: lists in the place of values', near, ['list']),
    ...steps('writes: an update of nothing', near, [
      'some',
      'undefined',
      'unknown',
      'attributes',
    ]),
    ...steps(
      'writes: several errors in one statement',
      'from the second row of a statement on the server calls VALUES a SELECT',
      ['all'],
    ),
    ...steps('isolation: dirty read, SERIALIZABLE', locks, ['*']),
    ...steps('isolation: repeated read, SERIALIZABLE', locks, ['*']),
    ...steps('isolation: lost update, SERIALIZABLE', locks, ['*']),
    ...steps('isolation: write skew, SERIALIZABLE', locks, ['*']),
    ...steps('schema: integers become others', dayZero, [
      '2, 5',
      '2, 5, then',
      '2, 6',
      '2, 6, then',
    ]),
  ],
  sqlite: [],
};
