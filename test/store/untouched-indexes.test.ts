import assert from 'node:assert/strict';
import {apply, type Version} from '../../lib/store/version';
import {indexOn, schemaOf} from '../support/schema/example';
import {
  insert,
  rowChange,
  tableOf,
  versionWith,
} from '../support/store/example';

const names = ['a', 'b', 'c', 'd', 'e'];
const schema = schemaOf({indexes: names.map(name => indexOn(name))});

function row(id: number, changes: object = {}) {
  return {id, a: id, b: id, c: id, d: id, e: id, ...changes};
}

/** The trees of the indexes, in the order of their names. */
function treesOf(version: Version): unknown[] {
  return tableOf(version).indexes.map(({entries}) => entries);
}

describe('an update of a row with five indexes', () => {
  const changed = {kind: 'update', id: 7, row: row(7, {c: 0})} as const;
  let before: Version;

  beforeEach(() => {
    const rows = Array.from({length: 100}, (_, id) => row(id));
    // By a second statement, so that no tree is the newest version's own.
    before = apply(versionWith(schema, rows), [
      rowChange('City', insert(row(1_000))),
    ]);
  });

  it('shares the trees of those whose keys stay', () => {
    const old = treesOf(before);
    const trees = treesOf(apply(before, [rowChange('City', changed)]));
    const touched = names.filter((_, i) => trees[i] !== old[i]);
    assert.deepEqual(touched, ['c']);
  });
});
