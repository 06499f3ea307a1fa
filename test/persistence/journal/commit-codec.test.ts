import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  decodeCommit,
  encodeCommit,
} from '../../../lib/persistence/journal/commit-codec';
import {keptForm} from '../../../lib/schema/kept';
import {schemaOf} from '../../support/schema/example';
import {tryOften} from '../../support/random';
import {anyCommit} from '../../support/persistence/rows.arbitrary';
import {assertSame} from '../../support/persistence/same';

describe('encodeCommit', () => {
  it('writes what a person can read', () => {
    const text = encodeCommit([
      {
        table: 'City',
        del: [3],
        put: [[1, {id: 1, founded: new Date(0)}]],
        next: 4,
      },
    ]);
    assert.equal(
      text,
      '{"changes":[{"table":"City","del":[3],"put":[[1,' +
        '{"id":1,"founded":"1970-01-01T00:00:00.000Z"},{"/founded":"Date"}]],' +
        '"next":4}]}',
    );
  });

  it('writes the types of ids apart from those of rows', () => {
    const text = encodeCommit([{table: 'T', del: [1n], put: [[2n, {}]]}]);
    assert.equal(
      text,
      '{"changes":[{"table":"T","del":["1"],"delTypes":{"/0":"bigint"},' +
        '"put":[["2",{},{},{"":"bigint"}]]}]}',
    );
  });

  it('writes neither line ends nor NULs', () => {
    tryOften(
      fc.property(anyCommit, commit => {
        assert.doesNotMatch(encodeCommit(commit), /[\n\0]/);
      }),
    );
  });
});

describe('decodeCommit', () => {
  it('makes any commit again', () => {
    tryOften(
      fc.property(anyCommit, commit => {
        assertSame(decodeCommit(encodeCommit(commit)), commit);
      }),
      1000,
    );
  });

  it('ignores what it does not know only when it is told to', () => {
    const known = encodeCommit([{table: 'City', del: [3], put: [[1, {}]]}]);
    const newer = [
      known.replace('{"changes"', '{"at":5,"changes"'),
      known.replace('"del"', '"why":{},"del"'),
      known.replace('[1,{}]', '[1,{},{},{},"more"]'),
    ];
    for (const text of newer) {
      assert.deepEqual(decodeCommit(text, 'ignored'), decodeCommit(known));
      assert.throws(() => decodeCommit(text), {
        code: 'DATA_DAMAGED',
        message: /a member "(at|why)", which the version|a row cannot be/,
      });
    }
  });

  it('has what was kept of a schema, and that a table was dropped', () => {
    const schema = schemaOf({notNull: ['name']});
    const commit = [
      {table: 'City', schema, put: [[1, {id: 1, name: 'a'}]] as const},
      {table: 'Town', truncate: true, isDropped: true} as const,
    ];
    const decoded = decodeCommit(encodeCommit(commit));
    assert.deepEqual(keptForm(decoded[0]!.schema!), keptForm(schema));
    assert.deepEqual(decoded[1], commit[1]);
  });

  it('leaves out a schema that it does not understand where it is a newer one', () => {
    const newer = encodeCommit([
      {table: 'City', schema: schemaOf(), put: [[1, {}]]},
    ]).replace('"columns"', '"views":[],"columns"');
    assert.deepEqual(decodeCommit(newer, 'ignored'), [
      {table: 'City', put: [[1, {}]]},
    ]);
    assert.throws(() => decodeCommit(newer), {
      code: 'DATA_DAMAGED',
      message: /the schema of City has a member "views"/,
    });
  });

  const malformed = [
    '',
    '{',
    'null',
    '[]',
    '{}',
    '{"changes":1}',
    '{"changes":[],"x":1}',
    '{"changes":[null]}',
    '{"changes":[{}]}',
    '{"changes":[{"table":1}]}',
    ...[
      '"truncate":false',
      '"isDropped":1',
      '"schema":null',
      '"schema":{}',
      '"next":"1"',
      '"next":1.5',
      '"restartsIds":false',
      '"del":1',
      '"del":["1"],"delTypes":1',
      '"del":["1"],"delTypes":{"/0":"Map"}',
      '"put":{}',
      '"put":[1]',
      '"put":[[]]',
      '"put":[[1]]',
      '"put":[[1,null]]',
      '"put":[[1,[]]]',
      '"put":[[1,{},[]]]',
      '"put":[[1,{},{},{"":"Date"}]]',
      '"put":[[1,{},{},{},0]]',
      '"unknown":1',
    ].map(member => `{"changes":[{"table":"City",${member}}]}`),
  ];
  for (const text of malformed) {
    it(`refuses ${text === '' ? 'an empty text' : text}`, () => {
      assert.throws(() => decodeCommit(text), {code: 'DATA_DAMAGED'});
    });
  }
});
