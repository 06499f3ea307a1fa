import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {compileLike} from '../../lib/value/like';
import {tryOften} from '../support/random';

/** `like` by its definition: a recursion over code points. */
function naiveLike(pattern: string, text: string): boolean {
  return matches(Array.from(pattern), Array.from(text));
}

function matches(pattern: readonly string[], text: readonly string[]): boolean {
  const [head, ...rest] = pattern;
  if (head === undefined) return text.length === 0;
  if (head === '%') {
    return (
      matches(rest, text) ||
      (text.length > 0 && matches(pattern, text.slice(1)))
    );
  }
  if (text.length === 0) return false;
  if (head === '_') return matches(rest, text.slice(1));
  if (head === '\\' && rest.length > 0) {
    return rest[0] === text[0] && matches(rest.slice(1), text.slice(1));
  }
  return head === text[0] && matches(rest, text.slice(1));
}

const unit = fc.constantFrom('a', 'b', 'A', '%', '_', '\\', '\u{1f600}', 'é');
const text = fc.string({unit, maxLength: 8});
const pattern = fc.string({
  unit: fc.oneof(
    {arbitrary: unit, weight: 1},
    {arbitrary: fc.constantFrom('%', '_', 'a', '\\'), weight: 2},
  ),
  maxLength: 7,
});

describe('compileLike of a long run with _ between two %', () => {
  const letter = fc.constantFrom('a', 'a', 'a', 'b', '\u{1f600}');
  const texts = fc.string({unit: letter, minLength: 30, maxLength: 140});
  const run = fc.string({
    unit: fc.constantFrom('a', 'a', '_', '_', '_', 'b'),
    minLength: 20,
    maxLength: 100,
  });

  it('finds it where an expression does', () => {
    tryOften(
      fc.property(run, texts, (middle, text) => {
        const expression = new RegExp(middle.replaceAll('_', '.'), 'su');
        const like = compileLike(`%${middle}%`, false);
        assert.equal(like.test(text), expression.test(text));
      }),
      1_000,
    );
  });
});

describe('compileLike', () => {
  const examples: readonly [string, string, boolean][] = [
    ['abc', 'abc', true],
    ['abc', 'ABC', false],
    ['abc', 'xabcx', false],
    ['', '', true],
    ['', 'a', false],
    ['%', '', true],
    ['%', 'a\nb', true],
    ['a%', 'abc', true],
    ['%c', 'abc', true],
    ['%b%', 'abc', true],
    ['a%a', 'a', false],
    ['a%a', 'aa', true],
    ['ab%ba', 'aba', false],
    ['a_c', 'abc', true],
    ['a_c', 'ac', false],
    ['_', '\u{1f600}', true],
    ['__', '\u{1f600}', false],
    ['100\\%', '100%', true],
    ['100\\%', '1000', false],
    ['a\\_b', 'a_b', true],
    ['a\\_b', 'axb', false],
    ['a\\\\b', 'a\\b', true],
    ['a\\', 'a\\', true],
    ['\\ab', 'ab', true],
    ['[a-z].*', '[a-z].*', true],
    ['.*', 'abc', false],
  ];
  for (const [source, subject, expected] of examples) {
    const verb = expected ? 'matches' : 'does not match';
    it(`${JSON.stringify(source)} ${verb} ${JSON.stringify(subject)}`, () => {
      assert.equal(compileLike(source, false).test(subject), expected);
    });
  }

  it('agrees with its definition on random patterns and texts', () => {
    tryOften(
      fc.property(pattern, text, (source, subject) => {
        assert.equal(
          compileLike(source, false).test(subject),
          naiveLike(source, subject),
        );
      }),
      5000,
    );
  });

  it('agrees with its definition when it ignores case', () => {
    tryOften(
      fc.property(pattern, text, (source, subject) => {
        assert.equal(
          compileLike(source, true).test(subject),
          naiveLike(source.toLowerCase(), subject.toLowerCase()),
        );
      }),
      2000,
    );
  });

  it('keeps the pattern as the user wrote it', () => {
    assert.equal(compileLike('A%_\\%', true).source, 'A%_\\%');
  });

  it('answers alike however often it is asked', () => {
    const like = compileLike('%a_', false);
    assert.deepEqual(
      ['xab', 'xab', 'b', 'xab'].map(subject => like.test(subject)),
      [true, true, false, true],
    );
  });
});

describe('compileLike, ignoring case,', () => {
  const examples: readonly [string, string, boolean][] = [
    ['aBc', 'AbC', true],
    ['É%', 'été', true],
    ['_', 'İ', true],
    ['İ%', 'İstanbul', true],
    ['ΟΔΟΣ%', 'οδοσημο', true],
    ['%ΟΣ', 'οδος', true],
    ['\\%A', '%a', true],
    ['\\%A', 'xa', false],
  ];
  for (const [source, subject, expected] of examples) {
    const verb = expected ? 'matches' : 'does not match';
    it(`${JSON.stringify(source)} ${verb} ${JSON.stringify(subject)}`, () => {
      assert.equal(compileLike(source, true).test(subject), expected);
    });
  }
});

describe('the prefix of a like pattern', () => {
  const examples: readonly [string, string, boolean][] = [
    ['abc', 'abc', false],
    ['abc%', 'abc', true],
    ['%', '', true],
    ['', '', false],
    ['a_c%', 'a', false],
    ['_a%', '', false],
    ['a%b', 'a', false],
    ['a\\%b%', 'a%b', true],
    ['a\\_%', 'a_', true],
  ];
  for (const [source, prefix, isPrefixOnly] of examples) {
    const all = isPrefixOnly ? 'is all that' : 'is not all that';
    it(`${JSON.stringify(prefix)} ${all} ${JSON.stringify(source)} asks`, () => {
      const like = compileLike(source, false);
      assert.deepEqual(
        [like.prefix, like.isPrefixOnly],
        [prefix, isPrefixOnly],
      );
    });
  }

  it('begins every text that matches', () => {
    tryOften(
      fc.property(pattern, text, fc.boolean(), (source, subject, ignore) => {
        const like = compileLike(source, ignore);
        if (like.test(subject)) assert.ok(subject.startsWith(like.prefix));
      }),
      5000,
    );
  });

  it('decides alone whether a text matches when it is all', () => {
    const prefixPattern = pattern.map(source => `${source}%`);
    tryOften(
      fc.property(prefixPattern, text, fc.boolean(), (source, tail, ignore) => {
        const like = compileLike(source, ignore);
        fc.pre(like.isPrefixOnly);
        assert.ok(like.test(like.prefix + tail));
        assert.equal(like.test(tail), tail.startsWith(like.prefix));
      }),
      1000,
    );
  });

  it('is empty when case is ignored', () => {
    const like = compileLike('abc%', true);
    assert.deepEqual([like.prefix, like.isPrefixOnly], ['', false]);
  });
});

describe('a hostile like pattern', () => {
  const length = 100_000;
  const as = 'a'.repeat(length);

  /** The answer; mocha's timeout is what a stalled match would run into. */
  function answer(source: string, subject: string): boolean {
    return compileLike(source, false).test(subject);
  }

  it('of many % is answered at once', () => {
    const source = `${'%a'.repeat(500)}%b`;
    assert.equal(answer(source, as), false);
  });

  it('of many % and _ is answered at once', () => {
    const source = `${'%a_'.repeat(500)}%b`;
    assert.equal(answer(source, as), false);
  });

  it('of a long run with _ is answered at once', () => {
    const source = `%_${'a'.repeat(250)}b%`;
    assert.equal(answer(source, as), false);
  });

  it('of a long literal is answered at once', () => {
    const source = `%${'a'.repeat(length / 2)}b%`;
    assert.equal(answer(source, as), false);
  });

  it('of a long literal beginning otherwise is answered at once', () => {
    const source = `%b${'a'.repeat(length / 2)}%`;
    assert.equal(answer(source, as), false);
  });

  it('of a long literal between two % and a _ elsewhere is answered', () => {
    const source = `_%${'a'.repeat(15_000)}b%`;
    assert.equal(answer(source, 'a'.repeat(30_000)), false);
  });

  it('of a long run with _ between two % is refused', () => {
    assert.throws(() => compileLike(`%_${'a'.repeat(300)}%`, false), {
      code: 'INVALID_FILTER',
      message: /more than 256 characters/,
    });
  });

  it('is taken when its long run stands at an end', () => {
    const source = `_${'a'.repeat(300)}%`;
    assert.equal(compileLike(source, false).test(as), true);
  });
});
