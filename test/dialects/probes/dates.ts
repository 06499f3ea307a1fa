import {onTable, probes} from '../../support/dialects/probe';

const columns = {d: Date};
const moment = new Date('2024-02-29T12:34:56.789Z');
const later = new Date('2024-03-01T00:00:00.000Z');

export const dates = probes('dates', {
  'a moment': onTable(columns, [], {
    created: M => M.create({d: moment}),
    read: M => M.findById(1),
    equal: M => M.find({where: {d: moment}}),
    list: M => M.find({where: {d: {inq: [moment]}}}),
  }),
  'forms of a moment': onTable(columns, [], {
    text: M => M.create({d: '2024-02-29T12:34:56.000Z'}),
    day: M => M.create({d: '2024-02-29'}),
    number: M => M.create({d: 0}),
    word: M => M.create({d: 'soon'}),
    rows: M => M.find({order: 'id'}),
  }),
  'years far away': onTable(columns, [], {
    before: M => M.create({d: new Date('1969-12-31T23:59:59.999Z')}),
    first: M => M.create({d: new Date('0099-01-01T00:00:00.000Z')}),
    last: M => M.create({d: new Date('9999-12-31T23:59:59.000Z')}),
    rows: M => M.find({order: 'id'}),
  }),
  'ranges of moments': onTable(columns, [{d: moment}, {d: later}, {d: null}], {
    gt: M => M.find({where: {d: {gt: moment}}}),
    gte: M => M.find({where: {d: {gte: moment}}}),
    between: M => M.find({where: {d: {between: [moment, later]}}}),
    text: M => M.find({where: {d: {lt: '2024-03-01'}}}),
    word: M => M.find({where: {d: 'soon'}}),
    neq: M => M.find({where: {d: {neq: later}}}),
  }),
  'order of moments': onTable(columns, [{d: later}, {d: moment}, {d: null}], {
    up: M => M.find({order: ['d', 'id']}),
    down: M => M.find({order: ['d DESC', 'id']}),
  }),
  'updates of moments': onTable(columns, [{d: moment}], {
    attributes: async M => (await M.findById(1)).updateAttributes({d: later}),
    updateAll: M => M.updateAll({d: later}, {d: moment}),
    rows: M => M.find(),
  }),
  'a moment with its milliseconds': onTable(
    {
      d: {
        type: Date,
        mysql: {dataType: 'datetime', precision: 3},
        precision: 3,
      },
    },
    [{d: moment}],
    {
      read: M => M.findById(1),
      equal: M => M.find({where: {d: moment}}),
    },
  ),
  'a unique moment': onTable(
    {d: {type: Date, index: {unique: true}}},
    [{d: moment}],
    {again: M => M.create({d: moment}), other: M => M.create({d: later})},
  ),
});
