import {onTable, probes} from '../../support/dialects/probe';

const columns = {n: Number};
const typed = (dataType: string, rest: object = {}) => ({
  n: {
    type: Number,
    postgresql: {dataType, ...rest},
    mysql: {dataType, ...rest},
    sqlite3: {dataType},
  },
});

const creates = (
  properties: object,
  values: Readonly<Record<string, unknown>>,
) =>
  onTable(properties, [], {
    ...Object.fromEntries(
      Object.entries(values).map(([name, n]) => [
        name,
        (M: any) => M.create({n}),
      ]),
    ),
    rows: M => M.find({order: 'id'}),
  });

export const numbers = probes('numbers', {
  'a plain number': creates(columns, {
    whole: 5,
    fraction: 1.5,
    negative: -3,
    zero: 0,
    minusZero: -0,
  }),
  'numbers that are large': creates(columns, {
    most: 2147483647,
    more: 2147483648,
    least: -2147483648,
    less: -2147483649,
    huge: 1e20,
  }),
  'texts for numbers': creates(columns, {digits: '12', word: 'abc', empty: ''}),
  'numbers in a where': onTable(columns, [{n: 1}, {n: 2}], {
    fraction: M => M.find({where: {n: 1.5}}),
    gt: M => M.find({where: {n: {gt: 1.5}}}),
    text: M => M.find({where: {n: '2'}}),
    word: M => M.find({where: {n: 'x'}}),
    list: M => M.find({where: {n: {inq: [1, 'y']}}}),
    between: M => M.find({where: {n: {between: [0, 1.2]}}}),
    large: M => M.find({where: {n: 3000000000}}),
  }),
  decimals: creates(typed('decimal', {dataPrecision: 6, dataScale: 2}), {
    fits: 12.34,
    down: 2.344,
    half: 2.345,
    negative: -2.345,
    most: 9999.99,
    over: 10000,
  }),
  'decimals in a where': onTable(
    typed('decimal', {dataPrecision: 6, dataScale: 2}),
    [{n: 1.5}, {n: 2.35}],
    {
      equal: M => M.find({where: {n: 1.5}}),
      unrounded: M => M.find({where: {n: 2.345}}),
      gt: M => M.find({where: {n: {gt: 2.345}}}),
      over: M => M.find({where: {n: {lt: 123456}}}),
      order: M => M.find({order: 'n DESC'}),
    },
  ),
  bigints: creates(typed('bigint'), {
    small: 5,
    most: 9007199254740991,
    text: '9223372036854775807',
    over: '9223372036854775808',
    fraction: 1.5,
  }),
  'small integers': creates(typed('smallint'), {
    most: 32767,
    over: 32768,
    fraction: 2.5,
  }),
  doubles: creates(typed('double precision'), {
    fraction: 0.1,
    large: 1e300,
    small: 1e-300,
    whole: 3,
  }),
  reals: creates(typed('real'), {
    fraction: 0.1,
    whole: 16777217,
    large: 1e10,
    over: 1e39,
  }),
  'likes over numbers': onTable(columns, [{n: 12}, {n: 21}, {n: null}], {
    begin: M => M.find({where: {n: {like: '1%'}}}),
    not: M => M.find({where: {n: {nlike: '1%'}}}),
  }),
  'an expression over numbers': onTable(columns, [{n: 12}], {
    found: M => M.find({where: {n: {regexp: '^1'}}}),
  }),
  'updates of numbers': onTable(columns, [{n: 1}], {
    fraction: M => M.updateAll({n: 1}, {n: 1.5}),
    word: M => M.updateAll({n: 1}, {n: 'x'}),
    attributes: async M => (await M.findById(1)).updateAttributes({n: 2.5}),
    rows: M => M.find(),
  }),
  'order of numbers': onTable(columns, [{n: 10}, {n: 9}, {n: -1}, {n: 0}], {
    up: M => M.find({order: 'n'}),
    down: M => M.find({order: 'n DESC'}),
  }),
  booleans: onTable({f: Boolean}, [], {
    true: M => M.create({f: true}),
    text: M => M.create({f: 'false'}),
    one: M => M.create({f: 1}),
    zero: M => M.create({f: 0}),
    where: M => M.find({where: {f: true}}),
    whereText: M => M.find({where: {f: 'true'}}),
    whereNumber: M => M.find({where: {f: 1}}),
    order: M => M.find({order: ['f', 'id']}),
  }),
});
