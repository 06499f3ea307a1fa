import {onTable, probes} from '../../support/dialects/probe';

const name = {name: String};
const numberId = {id: {type: Number, id: true}, ...name};
const textId = {id: {type: String, id: true}, ...name};

export const ids = probes('ids', {
  'an id that nobody declares counts from one': onTable(name, [], {
    first: M => M.create({name: 'a'}),
    second: M => M.create({name: 'b'}),
    all: M => M.find(),
  }),
  'an id that is given does not move the count': onTable(name, [], {
    given: M => M.create({id: 2, name: 'given'}),
    one: M => M.create({name: 'x'}),
    two: M => M.create({name: 'y'}),
    three: M => M.create({name: 'z'}),
    count: M => M.count(),
  }),
  'a number id that is not generated is missing': onTable(numberId, [], {
    created: M => M.create({name: 'a'}),
    count: M => M.count(),
  }),
  'a text id that is not generated is missing': onTable(textId, [], {
    created: M => M.create({name: 'a'}),
    count: M => M.count(),
  }),
  'an id that is taken': onTable(numberId, [{id: 1, name: 'a'}], {
    again: M => M.create({id: 1, name: 'b'}),
    left: M => M.find(),
  }),
  'a text id that is taken': onTable(textId, [{id: 'a', name: 'a'}], {
    again: M => M.create({id: 'a', name: 'b'}),
    capital: M => M.create({id: 'A', name: 'c'}),
    blank: M => M.create({id: 'a ', name: 'd'}),
    left: M => M.find(),
  }),
  'ids below one': onTable(name, [], {
    negative: M => M.create({id: -7, name: 'a'}),
    zero: M => M.create({id: 0, name: 'b'}),
    next: M => M.create({name: 'c'}),
    all: M => M.find(),
  }),
  'a text for a number id': onTable(name, [{name: 'a'}], {
    byId: M => M.findById('x1'),
    number: M => M.findById('1'),
    more: M => M.findById('1x'),
    where: M => M.find({where: {id: 'x'}}),
    list: M => M.find({where: {id: {inq: ['x', 1]}}}),
    exists: M => M.exists('x'),
    deleted: M => M.destroyById('x'),
    count: M => M.count(),
  }),
  'odd numbers for a number id': onTable(name, [{name: 'a'}], {
    fraction: M => M.findById(1.25),
    large: M => M.findById(99999999999),
    zero: M => M.findById(0),
    negative: M => M.findById(-1),
  }),
  'an id beyond four bytes': onTable(numberId, [], {
    created: M => M.create({id: 4000000000, name: 'a'}),
    found: M => M.findById(4000000000),
  }),
  'changing an id': onTable(
    numberId,
    [
      {id: 1, name: 'a'},
      {id: 2, name: 'b'},
    ],
    {
      updateAll: M => M.updateAll({id: 1}, {id: 11, name: 'c'}),
      attributes: async M =>
        (await M.findById(2)).updateAttributes({id: 12, name: 'd'}),
      replaced: M => M.replaceById(2, {id: 13, name: 'e'}),
      all: M => M.find(),
    },
  ),
  'ids after all rows are gone': onTable(name, [{name: 'a'}, {name: 'b'}], {
    gone: M => M.destroyAll(),
    next: M => M.create({name: 'c'}),
  }),
  'an insertion that fails takes a number': onTable(
    {name: {type: String, index: {unique: true}}},
    [{name: 'a'}],
    {
      fails: M => M.create({name: 'a'}),
      next: M => M.create({name: 'b'}),
    },
  ),
  'two ids in one model': onTable(
    {a: {type: Number, id: 1}, b: {type: Number, id: 2}, ...name},
    [
      {a: 1, b: 1, name: 'x'},
      {a: 1, b: 2, name: 'y'},
    ],
    {
      again: M => M.create({a: 1, b: 2, name: 'z'}),
      where: M => M.find({where: {a: 1, b: 2}}),
      updated: M => M.updateAll({a: 1, b: 1}, {name: 'w'}),
      all: M => M.find(),
    },
  ),
  'an id of another name': onTable(
    {code: {type: String, id: true}, ...name},
    [{code: 'c', name: 'a'}],
    {
      found: M => M.findById('c'),
      missing: M => M.findById('d'),
      replaced: M => M.replaceById('d', {name: 'b'}),
      updated: async M => (await M.findById('c')).updateAttributes({name: 'z'}),
      again: M => M.create({code: 'c'}),
    },
  ),
  'several at once': onTable(name, [], {
    all: M => M.createAll([{name: 'a'}, {name: 'b'}, {id: 9, name: 'c'}]),
    next: M => M.create({name: 'd'}),
    rows: M => M.find(),
  }),
});
