import {type Place, probes} from '../../support/dialects/probe';

/** A table whose model is defined otherwise after rows were written. */
const changed =
  (before: object, rows: readonly object[], after: object, next: object = {}) =>
  async (place: Place) => {
    const M = await place.table(before);
    for (const row of rows) await M.create(row);
    const N = place.redefine(M.modelName, after);
    await place.step('unmigrated', () => N.find({order: 'id'}));
    await place.step('autoupdate', () =>
      place.dataSource.autoupdate(N.modelName),
    );
    await place.step('rows', () => N.find({order: 'id'}));
    await place.step('created', () => N.create(next));
  };

const unique = {type: String, length: 40, index: {unique: true}};

export const migration = probes('migration', {
  'a table that is not there': async place => {
    const M = place.define({n: String});
    await place.step('find', () => M.find());
    await place.step('create', () => M.create({n: 'a'}));
    await place.step('count', () => M.count());
  },
  'automigrate drops the rows': async place => {
    const M = await place.table({n: String});
    await M.create({n: 'a'});
    await place.step('again', () => place.dataSource.automigrate(M.modelName));
    await place.step('count', () => M.count());
    await place.step('next', () => M.create({n: 'b'}));
  },
  'a property more': changed(
    {n: String},
    [{n: 'a'}],
    {n: String, m: String},
    {m: 'x'},
  ),
  'a property more with a default': changed({n: String}, [{n: 'a'}], {
    n: String,
    v: {type: Number, default: 5},
  }),
  'a property less': changed({n: String, old: String}, [{n: 'a', old: 'x'}], {
    n: String,
  }),
  'a number becomes a text': changed(
    {n: Number},
    [{n: 12}],
    {n: String},
    {n: 'x'},
  ),
  'a text becomes a number': changed(
    {n: String},
    [{n: '12'}],
    {n: Number},
    {n: 3},
  ),
  'a word becomes a number': changed(
    {n: String},
    [{n: 'x'}],
    {n: Number},
    {n: 3},
  ),
  'a property becomes required over nulls': changed(
    {n: String, v: Number},
    [{v: 1}],
    {n: {type: String, required: true}, v: Number},
    {n: 'a'},
  ),
  'a unique index over equal rows': changed(
    {n: {type: String, length: 40}},
    [{n: 'a'}, {n: 'a'}],
    {n: unique},
    {n: 'a'},
  ),
  'a unique index': changed(
    {n: {type: String, length: 40}},
    [{n: 'a'}, {n: 'b'}],
    {n: unique},
    {n: 'a'},
  ),
  'a model that there is not': async place => {
    await place.step('automigrate', () =>
      place.dataSource.automigrate('NoSuchModel'),
    );
  },
});
