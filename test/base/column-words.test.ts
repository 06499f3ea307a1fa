import assert from 'node:assert/strict';
import {columnWord, columnWords, named} from '../../lib/base/column-words';
import {InMemoryError, renameColumns, wordsOf} from '../../lib/base/errors';

const upper = (table: string, path: string) => `${table}/${path.toUpperCase()}`;

describe('a text with columns marked in it', () => {
  it('names them as they are', () => {
    assert.equal(named(`T.${columnWord('T', 'a b')} is`), 'T.a b is');
  });

  it('names them otherwise', () => {
    const words = `(${columnWords('T', ['a', 'b.c'])}) and ${columnWord('U', 'd')}`;
    assert.equal(named(words, upper), '(T/A, T/B.C) and U/D');
  });

  it('keeps marks that are none', () => {
    assert.equal(named('\u0001a\u0003 \u0002'), '\u0001a\u0003 \u0002');
  });
});

describe('an error that names columns', () => {
  const make = (property: string) =>
    new InMemoryError('MIGRATION_REFUSED', `no ${columnWord('T', 'a')}`, {
      table: 'T',
      property,
      problems: [
        {
          table: 'T',
          id: 1,
          property: 'a',
          value: 2,
          reason: `T.${columnWord('T', 'a')} is 2`,
        },
      ],
    });

  it('has no marks in its message and details', () => {
    const {message, details} = make(columnWords('T', ['a', 'b']));
    assert.equal(message, 'no a');
    assert.equal(details.property, 'a, b');
    assert.equal(details.problems![0]!.reason, 'T.a is 2');
  });

  it('can name other things, in its details and its stack, too', () => {
    const error = make(columnWords('T', ['a', 'b']));
    renameColumns(error, upper);
    assert.equal(error.message, 'no T/A');
    assert.match(error.stack!, /no T\/A/);
    assert.equal(error.details.property, 'T/A, T/B');
    const [problem] = error.details.problems!;
    assert.deepEqual(
      [problem!.property, problem!.reason],
      ['T/A', 'T.T/A is 2'],
    );
    assert.ok(!Object.keys(error.details).includes('problems'));
  });

  it('names the same however often it is told', () => {
    const error = make('a');
    renameColumns(error, upper);
    renameColumns(error, upper);
    assert.deepEqual(
      [error.message, error.details.property],
      ['no T/A', 'T/A'],
    );
  });

  it('has its marks where it becomes a part of another', () => {
    const outer = new InMemoryError(
      'INVALID_MODEL',
      `for ${wordsOf(make('a'))}`,
    );
    renameColumns(outer, upper);
    assert.equal(outer.message, 'for no T/A');
  });
});
