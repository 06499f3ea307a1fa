import assert from 'node:assert/strict';
import {InMemoryError} from '../../lib/base/errors';
import {
  apply,
  applying,
  type Change,
  emptyVersion,
  verify,
  type Version,
} from '../../lib/store/version';
import {defaultDialect} from '../../lib/value/dialect';
import {indexOn, schemaOf} from '../support/schema/example';
import {
  entriesOf,
  insert,
  rowChange,
  schemaChange,
  tableOf,
} from '../support/store/example';

const count = 5_000;
const indexes = [indexOn('size'), indexOn(['kind', '-size'], {isUnique: true})];

/** A table without indexes. */
function tableWith(sizeOf: (i: number) => unknown): Version {
  const empty = emptyVersion(defaultDialect);
  const version = apply(empty, [schemaChange(empty, schemaOf({indexes: []}))]);
  const rows = Array.from({length: count}, (_, i) =>
    insert({id: i, size: sizeOf(i), kind: 'a'}),
  );
  return apply(version, [rowChange('City', ...rows)]);
}

/** Applies a change to the end; returns how often it was cut. */
function cuts(version: Version, change: Change): [Version, number] {
  const work = applying(version, [change], true);
  let slices = 0;
  for (let step = work.next(); ; step = work.next(), slices++) {
    if (step.done === true) return [step.value, slices];
  }
}

describe('An index that is built in slices', () => {
  it('is the one that is built in one go, and lets others have their turn', () => {
    const version = tableWith(i => (i * 7) % count);
    const change = schemaChange(version, schemaOf({indexes}));
    const [cut, slices] = cuts(version, change);
    const whole = apply(version, [change]);
    for (const {name} of indexes) {
      assert.deepEqual(
        entriesOf(tableOf(cut), name),
        entriesOf(tableOf(whole), name),
      );
    }
    assert.deepEqual(verify(cut), []);
    assert.ok(slices > 10, `cut ${slices} times`);
    assert.equal(tableOf(version).indexes.length, 0);
  });

  it('is refused where its key is there twice', () => {
    const version = tableWith(i => Math.max(i, 1));
    const change = schemaChange(version, schemaOf({indexes}));
    assert.throws(
      () => cuts(version, change),
      (error: InMemoryError) => error.code === 'DUPLICATE_KEY',
    );
  });
});
