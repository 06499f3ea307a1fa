import assert from 'node:assert/strict';
import {StatementErrors} from '../../../lib/dialects/relational/statement-errors';
import {emulating, failureOf} from '../../support/dialects/emulated';

/** What the errors of a statement come to that are found in these phases. */
function firstOf(...phases: readonly number[]): unknown {
  const errors = new StatementErrors({
    phaseOf: error => (error as {phase: number}).phase,
    writes: {emptySet: () => new Error(), notNull: () => new Error()},
  });
  phases.forEach((phase, place) => {
    errors.attempt(() => {
      throw Object.assign(new Error(), {phase, place});
    }, undefined);
  });
  return (errors.first as {place: number} | undefined)?.place;
}

describe('StatementErrors', () => {
  it('have the one first that is found first', () => {
    assert.equal(firstOf(2, 1, 3), 1);
  });

  it('have of those found together the one that stands first', () => {
    assert.equal(firstOf(2, 1, 1), 1);
  });

  it('have none where nothing fails', () => {
    assert.equal(firstOf(), undefined);
  });
});

const model = {id: {type: Number, id: true}, name: String, n: Number};

describe('SQLite', () => {
  it('tells what it cannot parse before what it does not know', async () => {
    const {Model} = emulating({database: 'sqlite', hazards: 'copy'}, model);
    const where = {name: {regexp: 'a'}, n: {foo: 1}};
    const {message} = await failureOf(Model.find({where}));
    assert.equal(message, 'SQLITE_ERROR: near "?2": syntax error');
  });
});

describe('MariaDB', () => {
  it('tells what it cannot parse before a value that waits for a row', async () => {
    const {Model} = emulating({database: 'mariadb', hazards: 'copy'}, model);
    const update = Model.updateAll({n: {foo: 1}}, {n: 2 ** 40});
    assert.equal((await failureOf(update))['code'], 'ER_PARSE_ERROR');
  });
});
