/** Steps of a recording that are answered otherwise, and why; `*` is all steps. */
export interface NotEmulated {
  readonly probe: string;
  readonly step: string;
  readonly reason: string;
}

const automatic =
  'a table is there, with all columns, from its declaration on; a migration is refused with our own error';
const twoCopies =
  'the older connector of the tests brings its own loopback-connector, so that the juggler does not know when its transactions have ended';

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
    ...steps('migration: a table that is not there', automatic, ['*']),
    ...steps('migration: a property more', automatic, ['unmigrated']),
    ...steps('migration: a property more with a default', automatic, [
      'unmigrated',
      'rows',
    ]),
    ...steps('migration: a word becomes a number', automatic, ['autoupdate']),
    ...steps('migration: a property becomes required over nulls', automatic, [
      'autoupdate',
    ]),
    ...steps('migration: a unique index over equal rows', automatic, ['*']),
  ],
};
