import {onTable, probes} from '../../support/dialects/probe';

const columns = {s: String};
const words = ['abc', 'ABC', 'äbc', 'abcd', 'xabc', 'a_c', 'a%c', 'b', '', ' '];
const rows = words.map(s => ({s}));
const texts = (found: any[]) => found.map(({s}) => s);

const wheres = (all: Readonly<Record<string, unknown>>) =>
  onTable(
    columns,
    rows,
    Object.fromEntries(
      Object.entries(all).map(([name, s]) => [
        name,
        async (M: any) => texts(await M.find({where: {s}, order: 'id'})),
      ]),
    ),
  );

export const strings = probes('strings', {
  'equal texts': wheres({
    plain: 'abc',
    capital: 'ABC',
    accent: 'äbc',
    blank: 'abc ',
    empty: '',
    neq: {neq: 'abc'},
    inq: {inq: ['abc', 'B']},
  }),
  like: wheres({
    whole: {like: 'abc'},
    begin: {like: 'abc%'},
    end: {like: '%abc'},
    one: {like: 'a_c'},
    escaped: {like: 'a\\_c'},
    percent: {like: 'a\\%c'},
    empty: {like: ''},
    capital: {like: 'ABC%'},
  }),
  'not like': wheres({
    whole: {nlike: 'abc'},
    begin: {nlike: 'a%'},
  }),
  'like without case': wheres({
    begin: {ilike: 'abc%'},
    accent: {ilike: 'ÄBC'},
    not: {nilike: 'a%'},
  }),
  'like with letters of expressions': wheres({
    dot: {like: 'a.c'},
    bracket: {like: '[a]bc'},
    star: {like: 'a*'},
  }),
  expressions: wheres({
    begin: {regexp: '^abc'},
    any: {regexp: 'bc$'},
    flag: {regexp: '/^ABC$/i'},
    class: {regexp: '^[ab]'},
    object: {regexp: /^a.c/},
    digits: {regexp: '\\d'},
  }),
  'ranges of texts': wheres({
    gt: {gt: 'abc'},
    gte: {gte: 'abc'},
    lt: {lt: 'b'},
    lte: {lte: 'B'},
    between: {between: ['a', 'b']},
  }),
  'order of texts': onTable(
    columns,
    [
      'b',
      'a',
      'B',
      'A',
      'ä',
      'Z',
      'z',
      '_a',
      'a b',
      'ab',
      'a-b',
      '1',
      '10',
      '9',
    ].map(s => ({s})),
    {
      up: async M => texts(await M.find({order: ['s ASC', 'id']})),
      down: async M => texts(await M.find({order: ['s DESC', 'id']})),
      limit: async M => texts(await M.find({order: ['s', 'id'], limit: 4})),
    },
  ),
  'numbers for texts': wheres({
    number: 1,
    list: {inq: [1, 'abc']},
    gt: {gt: 5},
  }),
  'texts that are kept': onTable(columns, [], {
    emoji: M => M.create({s: '😀'}),
    quotes: M => M.create({s: `"it's"`}),
    backslash: M => M.create({s: 'a\\b'}),
    lines: M => M.create({s: 'a\r\nb\tc'}),
    blanks: M => M.create({s: '  a  '}),
    all: M => M.find({order: 'id'}),
  }),
  'a NUL in a text': onTable(columns, [], {
    created: M => M.create({s: 'a\u0000b'}),
    where: M => M.find({where: {s: 'a\u0000'}}),
  }),
  'long texts': onTable(columns, [], {
    some: async M => (await M.create({s: 'x'.repeat(500)})).s.length,
    more: async M => (await M.create({s: 'x'.repeat(600)})).s.length,
    read: async M => (await M.find()).map(({s}: any) => s.length),
  }),
  'a length': onTable({s: {type: String, length: 3}}, [], {
    fits: M => M.create({s: 'abc'}),
    long: M => M.create({s: 'abcd'}),
    blanks: M => M.create({s: 'abc   '}),
    updated: M => M.updateAll({}, {s: 'abcde'}),
    rows: M => M.find(),
  }),
  'a varchar by its key': onTable(
    {
      s: {
        type: String,
        postgresql: {dataType: 'varchar', dataLength: 3},
        mysql: {dataType: 'varchar', dataLength: 3},
      },
    },
    [],
    {
      fits: M => M.create({s: 'äöü'}),
      long: M => M.create({s: 'abcd'}),
      blanks: M => M.create({s: 'abc   '}),
      where: M => M.find({where: {s: 'abcdef'}}),
      rows: M => M.find(),
    },
  ),
  'other types into a text': onTable(columns, [], {
    number: M => M.create({s: 12.5}),
    boolean: M => M.create({s: true}),
    object: M => M.create({s: {a: 1}}),
    list: M => M.create({s: [1, 2]}),
    date: M => M.create({s: new Date(0)}),
    all: M => M.find({order: 'id'}),
  }),
  'unique texts': onTable(
    {s: {type: String, length: 40, index: {unique: true}}},
    [{s: 'abc'}],
    {
      again: M => M.create({s: 'abc'}),
      capital: M => M.create({s: 'ABC'}),
      accent: M => M.create({s: 'äbc'}),
      blank: M => M.create({s: 'abc '}),
      count: M => M.count(),
    },
  ),
});
