import {onTable, probes} from '../../support/dialects/probe';

const columns = {k: String, a: Number, b: String};
const rows = [
  {k: 'A', a: 1, b: 'x'},
  {k: 'B', a: 2, b: 'y'},
  {k: 'C', a: 3, b: 'x'},
  {k: 'D', a: 4, b: 'z'},
];
const keys = (found: any[]) => found.map(({k}) => k).join('');

const filters = (all: Readonly<Record<string, unknown>>) =>
  onTable(
    columns,
    rows,
    Object.fromEntries(
      Object.entries(all).map(([name, filter]) => [
        name,
        async (M: any) => keys(await M.find(filter)),
      ]),
    ),
  );
const wheres = (all: Readonly<Record<string, unknown>>) =>
  filters(
    Object.fromEntries(
      Object.entries(all).map(([name, where]) => [name, {where, order: 'id'}]),
    ),
  );

export const where = probes('where', {
  'a property that there is not': wheres({
    alone: {tpyo: 1},
    beside: {tpyo: 1, a: 2},
    operator: {tpyo: {gt: 1}},
    or: {or: [{tpyo: 1}, {a: 2}]},
    and: {and: [{tpyo: 1}, {a: 2}]},
    onlyOr: {or: [{tpyo: 1}]},
  }),
  'a property that there is not, in writes': onTable(columns, rows, {
    count: M => M.count({tpyo: 1}),
    updated: M => M.updateAll({tpyo: 1}, {b: 'w'}),
    rows: M => M.find({order: 'id'}),
    deleted: M => M.destroyAll({tpyo: 1}),
    left: M => M.count(),
  }),
  'several operators': wheres({
    gtLt: {a: {gt: 1, lt: 4}},
    ltGt: {a: {lt: 4, gt: 1}},
    neqGt: {a: {neq: 2, gt: 1}},
  }),
  'or and and': wheres({
    nested: {or: [{and: [{a: {gt: 1}}, {b: 'x'}]}, {k: 'D'}]},
    beside: {a: {gt: 1}, or: [{b: 'x'}, {b: 'z'}]},
    same: {and: [{a: {gt: 1}}, {a: {lt: 4}}]},
  }),
  'or and and of nothing': wheres({
    andEmpty: {and: []},
    orEmpty: {or: []},
    orObject: {or: [{}]},
    orObjectAnd: {or: [{}, {a: 1}]},
    andObject: {and: [{}, {a: 1}]},
  }),
  'negations that SQL has not': wheres({
    not: {not: {a: 1}},
    nor: {nor: [{a: 1}]},
  }),
  'an operator that there is not': wheres({
    unknown: {a: {foo: 1}},
    eq: {a: {eq: 2}},
    second: {b: 'x', a: {foo: 1}},
    exists: {a: {exists: true}},
  }),
  'an operator that there is not, in an update': onTable(columns, rows, {
    updated: M => M.updateAll({a: {foo: 1}}, {b: 'w', k: 'q'}),
    deleted: M => M.destroyAll({a: {foo: 1}}),
    count: M => M.count({a: {foo: 1}}),
  }),
  'lists in the place of values': wheres({
    list: {a: [1, 2]},
    inq: {a: {inq: [1, 2]}},
    nin: {a: {nin: [1, 2]}},
  }),
  order: filters({
    up: {order: 'a ASC'},
    down: {order: 'a DESC'},
    several: {order: ['b ASC', 'a DESC']},
    small: {order: 'a desc'},
  }),
  'order that cannot be': filters({
    unknown: {order: 'tpyo'},
    empty: {order: []},
    direction: {order: 'a SIDEWAYS'},
    text: {order: ''},
  }),
  'no order': onTable(columns, rows, {
    before: async M => keys(await M.find()),
    updated: M => M.updateAll({k: 'A'}, {b: 'moved'}),
    after: async M => keys(await M.find()),
  }),
  limits: filters({
    one: {limit: 1},
    zero: {limit: 0},
    text: {limit: '2'},
    negative: {limit: -1},
    skip: {skip: 2},
    offset: {offset: 3},
    both: {limit: 2, skip: 1},
    beyond: {skip: 9},
  }),
  fields: onTable(columns, rows.slice(0, 1), {
    list: M => M.find({fields: ['a']}),
    some: M => M.find({fields: {a: true}}),
    without: M => M.find({fields: {a: false}}),
    unknown: M => M.find({fields: ['tpyo']}),
    empty: M => M.find({fields: []}),
  }),
  'one row': onTable(columns, rows, {
    first: M => M.findOne({order: 'a DESC'}),
    none: M => M.findOne({where: {a: 9}}),
    exists: M => M.exists(2),
    missing: M => M.exists(99),
    byIds: async M => keys(await M.findByIds([3, 1, 99])),
  }),
  'names that are SQL': wheres({
    injection: {'a OR 1=1': 1},
    quote: {'a"': 1},
    value: {b: "x' OR '1'='1"},
  }),
  'no where at all': wheres({null: null, empty: {}, text: 'a = 1'}),
  'a column of a reserved name': onTable(
    {
      order: Number,
      group: String,
      select: {type: String, length: 20, index: {unique: true}},
    },
    [{order: 1, group: 'g', select: 's'}],
    {
      where: M => M.find({where: {order: 1, group: 'g'}, order: 'order DESC'}),
      again: M => M.create({select: 's'}),
    },
  ),
  'columns of other names': onTable(
    {
      userName: {
        type: String,
        postgresql: {columnName: 'user_name'},
        mysql: {columnName: 'user_name'},
        sqlite3: {columnName: 'user_name'},
      },
      lastSeen: Number,
    },
    [{userName: 'ann', lastSeen: 5}],
    {
      where: M => M.find({where: {userName: 'ann', lastSeen: {gt: 1}}}),
      order: M => M.find({order: 'lastSeen DESC'}),
      fields: M => M.find({fields: ['userName']}),
      bad: M => M.create({lastSeen: 'x'}),
    },
  ),
});
