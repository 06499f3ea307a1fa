import {onTable, probes} from '../../support/dialects/probe';

const jsonb = {o: {type: Object, postgresql: {dataType: 'jsonb'}}};

export const objects = probes('objects', {
  'objects as texts': onTable({o: Object}, [], {
    object: M => M.create({o: {b: 1, a: [1, {c: null}]}}),
    list: M => M.create({o: [1, 'x']}),
    date: M => M.create({o: {d: new Date(0)}}),
    read: M => M.find({order: 'id'}),
  }),
  jsonb: onTable(jsonb, [], {
    object: M => M.create({o: {bb: 1, a: 2}}),
    nested: M => M.create({o: {x: {z: 1, y: [true]}}}),
    read: M => M.find({order: 'id'}),
  }),
  'a path into a text': onTable({o: Object}, [{o: {a: 1}}], {
    where: M => M.find({where: {'o.a': 1}}),
    order: M => M.find({order: 'o.a'}),
  }),
  'a path into jsonb': onTable(
    jsonb,
    [{o: {a: 9}}, {o: {a: 10}}, {o: {a: 'x'}}, {o: {}}],
    {
      equal: M => M.find({where: {'o.a': 9}}),
      text: M => M.find({where: {'o.a': 'x'}}),
      gt: M => M.find({where: {'o.a': {gt: 5}}}),
      neq: M => M.find({where: {'o.a': {neq: 9}}}),
      null: M => M.find({where: {'o.a': null}}),
    },
  ),
  'lists of texts': onTable({l: ['string']}, [{l: ['a', 'b']}, {l: []}], {
    read: M => M.find({order: 'id'}),
    whole: M => M.find({where: {l: ['a', 'b']}}),
    member: M => M.find({where: {l: 'a'}}),
    empty: M => M.find({where: {l: []}}),
  }),
  'lists of numbers': onTable({l: ['number']}, [{l: [1, 2.5]}], {
    read: M => M.find(),
    updated: M => M.updateAll({}, {l: [3]}),
    again: M => M.find(),
  }),
  bytes: onTable(
    {
      b: {
        type: Buffer,
        postgresql: {dataType: 'bytea'},
        mysql: {dataType: 'blob'},
        sqlite3: {dataType: 'BLOB'},
      },
    },
    [],
    {
      created: M => M.create({b: Buffer.from([0, 1, 255])}),
      read: M => M.findById(1),
    },
  ),
  points: onTable({p: 'GeoPoint'}, [], {
    created: M => M.create({p: {lat: 47.5, lng: 7.6}}),
    read: M => M.findById(1),
  }),
  'an object in a where': onTable({o: Object, n: Number}, [{o: {a: 1}, n: 1}], {
    object: M => M.find({where: {o: {a: 1}}}),
    empty: M => M.find({where: {n: {}}}),
  }),
  'an update of an object': onTable({o: Object}, [{o: {a: 1}}], {
    attributes: async M => (await M.findById(1)).updateAttributes({o: {b: 2}}),
    updateAll: M => M.updateAll({}, {o: {c: 3}}),
    read: M => M.find(),
  }),
});
