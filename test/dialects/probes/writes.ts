import {onTable, probes} from '../../support/dialects/probe';

const columns = {id: {type: Number, id: true}, n: String, v: Number};
const rows = [
  {id: 1, n: 'a', v: 1},
  {id: 2, n: 'b', v: 2},
];

export const writes = probes('writes', {
  'an update of nothing': onTable(columns, rows, {
    all: M => M.updateAll({}, {}),
    some: M => M.updateAll({id: 1}, {}),
    undefined: M => M.updateAll({id: 1}, {n: undefined}),
    unknown: M => M.updateAll({id: 1}, {tpyo: 1}),
    attributes: async M => (await M.findById(1)).updateAttributes({}),
  }),
  updates: onTable(columns, rows, {
    one: M => M.updateAll({id: 1}, {n: 'c'}),
    all: M => M.updateAll({v: 5}),
    none: M => M.updateAll({id: 9}, {n: 'z'}),
    rows: M => M.find(),
  }),
  attributes: onTable(columns, rows, {
    found: async M => (await M.findById(1)).updateAttributes({v: 7}),
    gone: async M => {
      const row = await M.findById(2);
      await M.destroyById(2);
      return row.updateAttributes({v: 8});
    },
    rows: M => M.find(),
  }),
  save: onTable(columns, rows, {
    changed: async M => {
      const row = await M.findById(1);
      row.n = 'saved';
      return row.save();
    },
    gone: async M => {
      const row = await M.findById(2);
      await M.destroyById(2);
      row.n = 'back';
      return row.save();
    },
    rows: M => M.find(),
  }),
  replacing: onTable(columns, rows, {
    byId: M => M.replaceById(1, {n: 'r'}),
    missing: M => M.replaceById(9, {n: 'r'}),
    attributes: async M => (await M.findById(2)).replaceAttributes({v: 3}),
    rows: M => M.find(),
  }),
  upsert: onTable(columns, rows, {
    there: M => M.upsert({id: 1, n: 'u'}),
    new: M => M.upsert({id: 5, n: 'new'}),
    noId: M => M.upsert({n: 'none'}),
    rows: M => M.find(),
  }),
  'upsert with a required property': onTable(
    {
      id: {type: Number, id: true},
      n: {type: String, required: true},
      v: Number,
    },
    [{id: 1, n: 'a', v: 1}],
    {
      there: M => M.upsert({id: 1, v: 5}),
      new: M => M.upsert({id: 2, v: 5}),
      where: M => M.upsertWithWhere({id: 1}, {v: 6}),
      rows: M => M.find(),
    },
  ),
  'upsert by a where': onTable(columns, rows, {
    one: M => M.upsertWithWhere({n: 'a'}, {v: 9}),
    none: M => M.upsertWithWhere({n: 'q'}, {id: 6, n: 'q'}),
    several: M => M.upsertWithWhere({v: {gt: 0}}, {n: 'all'}),
    rows: M => M.find(),
  }),
  'find or create': onTable(columns, rows, {
    found: M => M.findOrCreate({where: {n: 'a'}}, {id: 7, n: 'a'}),
    created: M => M.findOrCreate({where: {n: 'q'}}, {id: 8, n: 'q'}),
    rows: M => M.find(),
  }),
  'replace or create': onTable(columns, rows, {
    there: M => M.replaceOrCreate({id: 1, n: 'r'}),
    new: M => M.replaceOrCreate({id: 5, n: 's'}),
    rows: M => M.find(),
  }),
  deletions: onTable(columns, rows, {
    byId: M => M.destroyById(1),
    missing: M => M.destroyById(9),
    where: M => M.destroyAll({v: {gt: 5}}),
    instance: async M => (await M.findById(2)).destroy(),
    all: M => M.destroyAll(),
  }),
  'a property that the model has not': onTable(columns, rows, {
    created: M => M.create({id: 3, n: 'c', tpyo: 1}),
    updated: M => M.updateAll({id: 1}, {n: 'd', tpyo: 2}),
    rows: M => M.find(),
  }),
  'a model that is not strict': onTable(
    columns,
    [],
    {
      created: M => M.create({id: 1, n: 'a', more: 1}),
      rows: M => M.find(),
    },
    {strict: false},
  ),
  'rows that are fetched in part, and patched': onTable(columns, rows, {
    patched: async M => {
      const row = await M.findById(1, {fields: ['id', 'n']});
      return M.updateAll({id: 1}, {...row.toObject(), n: 'p'});
    },
    rows: M => M.find(),
  }),
  'one row written twice at once': onTable(columns, rows, {
    swapped: M => M.updateAll({}, {v: 3}),
    rows: M => M.find(),
  }),
  'values of the wrong type': onTable(columns, rows, {
    created: M => M.create({id: 3, v: 'x'}),
    replaced: M => M.replaceById(1, {v: 'y'}),
    patched: M => M.updateAll({id: 1}, {v: 'z'}),
    both: M => M.updateAll({id: 'q'}, {v: 'z'}),
    rows: M => M.find(),
  }),
  'several errors in one statement': onTable(columns, rows, {
    value: M => M.find({where: {v: 'x', n: {foo: 1}}}),
    order: M => M.find({where: {v: 'x'}, order: 'tpyo'}),
    update: M => M.updateAll({v: {foo: 1}}, {v: 'x'}),
    all: M => M.createAll([{id: 1}, {id: 3, v: 'x'}]),
  }),
});
