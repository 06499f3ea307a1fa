import assert from 'node:assert/strict';
import {
  circleOf,
  entangled,
  inverse,
  oneToOne,
  renamedAtOnce,
} from '../../lib/schema/renames';

/** The renames between two lists of names, as `former>name`. */
function renamed(
  before: string,
  after: string,
  formers: Readonly<Record<string, string>>,
): string {
  const found = renamedAtOnce(
    formers,
    name => before.includes(name),
    name => after.includes(name),
  );
  return [...found].map(step => step.join('>')).join(' ');
}

describe('Names that change at once', () => {
  const cases: readonly [
    title: string,
    before: string,
    after: string,
    formers: Readonly<Record<string, string>>,
    renames: string,
  ][] = [
    ['are those that had another one', 'a', 'b', {b: 'a'}, 'a>b'],
    ['take names that others leave', 'ab', 'bc', {b: 'a', c: 'b'}, 'a>b b>c'],
    ['form circles', 'ab', 'ab', {a: 'b', b: 'a'}, 'b>a a>b'],
    ['are none where the former one was not there', '', 'b', {b: 'a'}, ''],
    ['are none where the new one was there', 'ab', 'b', {b: 'a'}, ''],
    ['are none where the former one stays', 'a', 'ab', {b: 'a'}, ''],
    [
      'are none that wait for one that stays',
      'ab',
      'abc',
      {b: 'a', c: 'b'},
      '',
    ],
    ['are none of those that were handed on', 'bc', 'bc', {b: 'a', c: 'b'}, ''],
    ['go to the first that asks for them', 'a', 'bc', {b: 'a', c: 'a'}, 'a>b'],
    ['go to one that can have them', 'ab', 'bc', {b: 'a', c: 'a'}, 'a>c'],
    ['are none where a name was always its own', 'a', 'a', {a: 'a'}, ''],
  ];
  for (const [title, before, after, formers, renames] of cases) {
    it(title, () => {
      assert.equal(renamed(before, after, formers), renames);
    });
  }
});

describe('A circle of former names', () => {
  const formers = {a: 'c', b: 'a', c: 'b', d: 'a'};

  it('has all that hand on their names in it', () => {
    assert.deepEqual(circleOf('a', formers), ['a', 'c', 'b']);
  });

  it('has none that only leads into it, or to nothing', () => {
    assert.deepEqual(circleOf('d', formers), []);
    assert.deepEqual(circleOf('b', {b: 'a'}), []);
    assert.deepEqual(circleOf('a', {a: 'a'}), []);
  });
});

describe('Former names', () => {
  it('are entangled where one is the name of another', () => {
    assert.deepEqual(entangled({b: 'a', c: 'b', x: 'y'}), {b: 'a', c: 'b'});
  });
});

describe('Names by others', () => {
  it('leave each name one place', () => {
    const all = oneToOne(
      new Map([
        ['a', 'b'],
        ['b', 'c'],
      ]),
    );
    assert.deepEqual(
      [...all],
      [
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'a'],
      ],
    );
    assert.deepEqual(
      [...inverse(all)],
      [
        ['b', 'a'],
        ['c', 'b'],
        ['a', 'c'],
      ],
    );
  });
});
