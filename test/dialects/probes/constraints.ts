import {onTable, probes} from '../../support/dialects/probe';

const required = {n: {type: String, required: true}, v: Number};
const unique = {
  e: {type: String, length: 40, index: {unique: true}},
  v: Number,
};

export const constraints = probes('constraints', {
  'a required property': onTable(required, [{n: 'a', v: 1}], {
    missing: M => M.create({v: 2}),
    null: M => M.create({n: null}),
    unchecked: M => M.create({v: 3}, {validate: false}),
    updated: M => M.updateAll({v: 1}, {n: null}),
    updatedNone: M => M.updateAll({v: 99}, {n: null}),
    rows: M => M.find(),
  }),
  'a unique property': onTable(unique, [{e: 'a'}, {e: 'b'}], {
    again: M => M.create({e: 'a'}),
    updated: M => M.updateAll({e: 'b'}, {e: 'a'}),
    attributes: async M => (await M.findById(2)).updateAttributes({e: 'a'}),
    itself: M => M.updateAll({e: 'a'}, {e: 'a', v: 5}),
    rows: M => M.find({order: 'id'}),
  }),
  'a unique index on two': onTable(
    {a: {type: String, length: 20}, b: Number},
    [{a: 'x', b: 1}],
    {
      other: M => M.create({a: 'x', b: 2}),
      again: M => M.create({a: 'x', b: 1}),
      null: M => M.create({a: 'x'}),
      nullAgain: M => M.create({a: 'x'}),
    },
    {indexes: {both: {keys: {a: 1, b: 1}, options: {unique: true}}}},
  ),
  'unique: true alone': onTable(
    {e: {type: String, length: 20, unique: true}},
    [{e: 'a'}],
    {again: M => M.create({e: 'a'}), count: M => M.count()},
  ),
  'an index that is not unique': onTable(
    {e: {type: String, length: 20, index: true}},
    [{e: 'a'}],
    {again: M => M.create({e: 'a'}), found: M => M.find({where: {e: 'a'}})},
  ),
  'several rows, one of them bad': onTable(unique, [{e: 'a'}], {
    all: M => M.createAll([{e: 'x'}, {e: 'a'}, {e: 'y'}]),
    count: M => M.count(),
  }),
  'a default': onTable({n: String, v: {type: Number, default: 7}}, [], {
    created: M => M.create({n: 'a'}),
    null: M => M.create({n: 'b', v: null}),
    read: M => M.find({order: 'id'}),
  }),
  'an enumeration': onTable(
    {s: {type: String, jsonSchema: {enum: ['a', 'b']}}},
    [],
    {
      inside: M => M.create({s: 'a'}),
      outside: M => M.create({s: 'c'}),
    },
  ),
  'a row that refers to none': async place => {
    const Parent = await place.table({name: String});
    const Child = place.define(
      {parent: Number},
      {
        foreignKeys: {
          fk: {
            name: `${Parent.modelName}_fk`.toLowerCase(),
            entity: Parent.modelName,
            entityKey: 'id',
            foreignKey: 'parent',
          },
        },
      },
    );
    await place.dataSource.automigrate(Child.modelName);
    await place.dataSource.autoupdate(Child.modelName);
    await Parent.create({id: 1, name: 'p'});
    await place.step('good', () => Child.create({parent: 1}));
    await place.step('null', () => Child.create({}));
    await place.step('orphan', () => Child.create({parent: 9}));
    await place.step('update', () => Child.updateAll({parent: 1}, {parent: 8}));
    await place.step('delete', () => Parent.destroyById(1));
    await place.step('rows', () => Child.find({order: 'id'}));
  },
});
