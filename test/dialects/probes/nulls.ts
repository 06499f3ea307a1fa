import {onTable, probes} from '../../support/dialects/probe';

const columns = {k: String, a: String, n: Number, f: Boolean};
const rows = [
  {k: 'full', a: 'x', n: 1, f: true},
  {k: 'other', a: 'y', n: 5, f: false},
  {k: 'null', a: null, n: null, f: null},
  {k: 'missing'},
];
const wheres = (all: Readonly<Record<string, object>>) =>
  onTable(
    columns,
    rows,
    Object.fromEntries(
      Object.entries(all).map(([name, where]) => [
        name,
        async (M: any) =>
          (await M.find({where, order: 'id'})).map(({k}: any) => k),
      ]),
    ),
  );

export const nulls = probes('nulls', {
  'what is missing is read as null': onTable(columns, [], {
    created: M => M.create({k: 'a'}),
    read: M => M.findById(1),
    undefined: M => M.create({k: 'b', a: undefined, n: 3}),
    readAgain: M => M.find(),
  }),
  'null as a value': wheres({
    null: {a: null},
    neq: {a: {neq: null}},
    inq: {a: {inq: [null]}},
    nin: {a: {nin: [null]}},
  }),
  'not equal': wheres({
    text: {a: {neq: 'x'}},
    number: {n: {neq: 1}},
    boolean: {f: {neq: true}},
  }),
  'not in a list': wheres({
    text: {a: {nin: ['x']}},
    empty: {a: {nin: []}},
    withNull: {a: {nin: ['x', null]}},
    number: {n: {nin: [1]}},
  }),
  'in a list': wheres({
    empty: {a: {inq: []}},
    withNull: {a: {inq: ['x', null]}},
    one: {a: {inq: ['y']}},
  }),
  'not like': wheres({
    like: {a: {like: '%'}},
    nlike: {a: {nlike: 'x%'}},
    word: {a: {like: '%null%'}},
  }),
  'ranges over nulls': wheres({
    gt: {n: {gt: 0}},
    lte: {n: {lte: 5}},
    gtNull: {n: {gt: null}},
    between: {n: {between: [0, 9]}},
    betweenNull: {n: {between: [null, 9]}},
    inverted: {n: {between: [9, 0]}},
  }),
  'either or with null': wheres({
    or: {or: [{a: null}, {n: 1}]},
    and: {and: [{a: null}, {n: null}]},
    negated: {or: [{a: {neq: 'x'}}, {n: {neq: 1}}]},
  }),
  'order with nulls': onTable(columns, rows, {
    up: async M =>
      (await M.find({order: ['n ASC', 'id']})).map((r: any) => r.k),
    down: async M =>
      (await M.find({order: ['n DESC', 'id']})).map((r: any) => r.k),
    textUp: async M =>
      (await M.find({order: ['a', 'id']})).map((r: any) => r.k),
    textDown: async M =>
      (await M.find({order: ['a DESC', 'id DESC']})).map((r: any) => r.k),
    flags: async M => (await M.find({order: ['f', 'id']})).map((r: any) => r.k),
  }),
  'pages with nulls': onTable(columns, rows, {
    first: async M =>
      (await M.find({order: ['n', 'id'], limit: 2})).map((r: any) => r.k),
    second: async M =>
      (await M.find({order: ['n', 'id'], limit: 2, skip: 2})).map(
        (r: any) => r.k,
      ),
  }),
  'null is written': onTable(columns, rows, {
    updateAll: M => M.updateAll({k: 'full'}, {a: null, n: null}),
    attributes: async M => (await M.findById(2)).updateAttributes({a: null}),
    rows: M => M.find({order: 'id'}),
  }),
  'undefined is written': onTable(columns, rows, {
    updateAll: M => M.updateAll({k: 'full'}, {a: undefined, n: 9}),
    attributes: async M =>
      (await M.findById(2)).updateAttributes({a: undefined, n: 8}),
    rows: M => M.find({order: 'id'}),
  }),
  'nulls in a unique index': onTable(
    {k: String, a: {type: String, length: 40, index: {unique: true}}},
    [],
    {
      first: M => M.create({k: '1', a: null}),
      second: M => M.create({k: '2', a: null}),
      missing: M => M.create({k: '3'}),
      empty: M => M.create({k: '4', a: ''}),
      emptyAgain: M => M.create({k: '5', a: ''}),
    },
  ),
  'counting nulls': onTable(columns, rows, {
    all: M => M.count(),
    null: M => M.count({a: null}),
    neq: M => M.count({a: {neq: 'x'}}),
  }),
  'fields of rows with nulls': onTable(columns, rows, {
    some: M => M.find({fields: ['id', 'a'], order: 'id'}),
    without: M => M.find({fields: {a: false, f: false}, order: 'id'}),
  }),
});
