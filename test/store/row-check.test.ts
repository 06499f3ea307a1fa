import assert from 'node:assert/strict';
import type {ColumnLimits} from '../../lib/schema/rules';
import type {TableSchema} from '../../lib/schema/schema';
import {compileRowCheck} from '../../lib/store/row-check';
import {
  apply,
  applyInPlace,
  type Version,
  verify,
} from '../../lib/store/version';
import type {ColumnType} from '../../lib/value/coerce';
import {schemaOf} from '../support/schema/example';
import {
  insert,
  rowChange,
  rowsOf,
  schemaChange,
  versionWith,
} from '../support/store/example';

/** What the check of a table with limits on `name` says of a value. */
function violationOf(
  limits: ColumnLimits,
  value: unknown,
  type: ColumnType = 'any',
) {
  const schema = schemaOf({columns: {name: type}, limits: {name: limits}});
  return compileRowCheck(schema)!({name: value});
}

describe('the check of rows', () => {
  it('is not there for a table without rules', () => {
    assert.equal(compileRowCheck(schemaOf()), undefined);
  });

  for (const row of [{}, {name: null}]) {
    it(`finds that ${JSON.stringify(row)} lacks a required value`, () => {
      const check = compileRowCheck(schemaOf({notNull: ['name']}))!;
      const violation = check(row)!;
      assert.equal(violation.code, 'NOT_NULL_VIOLATION');
      assert.equal(violation.details.property, 'name');
      assert.equal(violation.sqlState, '23502');
    });
  }

  it('does not take an inherited property for a value', () => {
    const check = compileRowCheck(schemaOf({notNull: ['constructor']}))!;
    assert.equal(check({})?.code, 'NOT_NULL_VIOLATION');
  });

  it('takes a name with a dot for one property', () => {
    const check = compileRowCheck(schemaOf({notNull: ['a.b']}))!;
    assert.equal(check({'a.b': 1}), undefined);
  });

  it('names the model, the property, the value and the rule', () => {
    const violation = violationOf({maxLength: 2}, 'abc')!;
    assert.equal(
      violation.message,
      'City.name cannot be "abc": it must be at most 2 characters long ' +
        '(maxLength).',
    );
    assert.deepEqual(violation.details, {
      table: 'City',
      property: 'name',
      value: 'abc',
      constraint: 'maxLength',
    });
  });

  const broken: readonly [ColumnLimits, unknown, string, string][] = [
    [{maxLength: 2}, 'abc', 'maxLength', '22001'],
    [{maxLength: 2}, '\u{1F600}\u{1F600}\u{1F600}', 'maxLength', '22001'],
    [{maxLength: 2}, Buffer.from('abc'), 'maxLength', '22001'],
    [{minLength: 2}, '\u{1F600}', 'minLength', '23514'],
    [{minLength: 2}, Buffer.from('a'), 'minLength', '23514'],
    [{minimum: 5}, 4.9, 'minimum', '22003'],
    [{maximum: 5}, 6n, 'maximum', '22003'],
    [{precision: 3}, 1000, 'precision', '22003'],
    [{precision: 3}, 1.234, 'precision', '22003'],
    [{precision: 3}, Infinity, 'precision', '22003'],
    [{precision: 5, scale: 2}, 1000, 'precision', '22003'],
    [{precision: 5, scale: 2}, 1.234, 'scale', '22003'],
    [{scale: 0}, 0.5, 'scale', '22003'],
    [{enum: ['a', 'b']}, 'c', 'enum', '23514'],
    [{enum: []}, 'c', 'enum', '23514'],
  ];
  for (const [limits, value, constraint, sqlState] of broken) {
    it(`finds ${String(value)} outside of ${JSON.stringify(limits)}`, () => {
      const violation = violationOf(limits, value)!;
      assert.equal(violation.code, 'VALUE_OUT_OF_RANGE');
      assert.equal(violation.details.constraint, constraint);
      assert.equal(violation.sqlState, sqlState);
    });
  }

  const kept: readonly [ColumnLimits, unknown][] = [
    [{maxLength: 2, minLength: 2}, 'ab'],
    [{maxLength: 2, minLength: 2}, '\u{1F600}\u{1F600}'],
    [{maxLength: 2, minLength: 2}, Buffer.from('ab')],
    [{maxLength: 2}, 12345],
    [{maxLength: 2}, null],
    [{minLength: 2}, undefined],
    [{minimum: 5, maximum: 5}, 5],
    [{minimum: 5}, 'a'],
    [{precision: 5, scale: 2}, -123.45],
    [{precision: 2, scale: 2}, 0.99],
    [{precision: 3}, 1e-30],
    [{precision: 3}, Number.NaN],
    [{enum: ['a', 1]}, 1n],
    [{enum: ['a']}, null],
  ];
  for (const [limits, value] of kept) {
    it(`finds ${String(value)} within ${JSON.stringify(limits)}`, () => {
      assert.equal(violationOf(limits, value), undefined);
    });
  }

  it('holds each element of an array to the limits', () => {
    const violation = violationOf({enum: ['a']}, ['a', null, 'b'], 'string[]');
    assert.equal(violation?.details.constraint, 'enum');
    assert.equal(violationOf({enum: ['a']}, ['a', null], 'array'), undefined);
  });

  it('finds a value that its type cannot hold, with strict types', () => {
    const check = compileRowCheck(schemaOf({typeChecks: 'strict'}))!;
    const violation = check({id: 1, name: {}})!;
    assert.equal(violation.code, 'INVALID_VALUE');
    assert.equal(violation.sqlState, '22P02');
    assert.match(violation.message, /City\.name cannot be {}.*as string/);
  });
});

const limited = schemaOf({
  notNull: ['name'],
  limits: {name: {maxLength: 2}},
});

describe('apply, with rules for rows', () => {
  const version = versionWith(limited, [{id: 1, name: 'a'}]);

  it('refuses an insert that breaks one', () => {
    const change = rowChange('City', insert({id: 2}));
    assert.throws(() => apply(version, [change]), {code: 'NOT_NULL_VIOLATION'});
  });

  it('refuses an update that breaks one', () => {
    const row = {id: 1, name: 'abc'};
    const change = rowChange('City', {kind: 'update', id: 1, row});
    assert.throws(() => apply(version, [change]), {code: 'VALUE_OUT_OF_RANGE'});
  });

  it('refuses in place, and leaves the version as it was', () => {
    const used = versionWith(limited, [{id: 1, name: 'a'}]);
    assert.throws(() => applyInPlace(used, 'City', insert({id: 2})), {
      code: 'NOT_NULL_VIOLATION',
    });
    assert.deepEqual(rowsOf(used), [{id: 1, name: 'a'}]);
    assert.deepEqual(verify(used), []);
  });

  it('deletes without a check', () => {
    const change = rowChange('City', {kind: 'delete', id: 1});
    assert.deepEqual(rowsOf(apply(version, [change])), []);
  });

  it('checks also after the table was truncated', () => {
    const empty = apply(version, [
      {kind: 'truncate', table: 'City', restartsIds: true},
    ]);
    const change = rowChange('City', insert({id: 2}));
    assert.throws(() => apply(empty, [change]), {code: 'NOT_NULL_VIOLATION'});
  });
});

function redeclare(version: Version, schema: TableSchema): Version {
  return apply(version, [schemaChange(version, schema)]);
}

describe('a declaration of rules for rows', () => {
  it('is refused when a row breaks one', () => {
    const version = versionWith(schemaOf(), [{id: 1, name: 'abc'}]);
    assert.throws(() => redeclare(version, limited), {
      code: 'VALUE_OUT_OF_RANGE',
      details: {
        table: 'City',
        property: 'name',
        value: 'abc',
        constraint: 'maxLength',
      },
    });
  });

  it('holds from then on when all rows keep them', () => {
    const version = redeclare(
      versionWith(schemaOf(), [{id: 1, name: 'a'}]),
      limited,
    );
    const change = rowChange('City', insert({id: 2}));
    assert.throws(() => apply(version, [change]), {code: 'NOT_NULL_VIOLATION'});
  });

  it('ends them when they are taken back', () => {
    const version = redeclare(versionWith(limited), schemaOf());
    const change = rowChange('City', insert({id: 2}));
    assert.deepEqual(rowsOf(apply(version, [change])), [{id: 2}]);
  });

  it('with strict types accepts rows that could be cast', () => {
    const version = versionWith(schemaOf(), [{id: 1, name: 5}]);
    const strict = redeclare(version, schemaOf({typeChecks: 'strict'}));
    assert.deepEqual(verify(strict), []);
  });
});
