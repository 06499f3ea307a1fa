import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {compileRegExp} from '../../lib/value/regexp';
import {tryOften} from '../support/random';

function isFound(pattern: string | RegExp, text: string, flags = ''): boolean {
  return compileRegExp(pattern, flags).test(text);
}

const counter = fc.constantFrom('', '', '*', '+', '?', '{2}', '*?');

const character = fc.constantFrom(
  'a',
  'b',
  '.',
  '[ab]',
  '[^a]',
  '\\d',
  '\\w',
  '\\.',
  '\\/',
);

function alternatives(part: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const branch = fc.array(part, {maxLength: 3}).map(parts => parts.join(''));
  return fc
    .array(branch, {minLength: 1, maxLength: 2})
    .map(branches => branches.join('|'));
}

function counted(part: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(part, counter).map(([text, count]) => text + count);
}

/**
 * Expressions that mean the same to both engines. There is no counter within a
 * counter, for which JavaScript's engine could take ages.
 */
const expression = alternatives(
  fc.oneof(
    counted(character),
    counted(alternatives(character).map(inner => `(${inner})`)),
    alternatives(counted(character)).map(inner => `(?:${inner})`),
  ),
);

const anchored = fc
  .tuple(fc.constantFrom('', '', '^'), expression, fc.constantFrom('', '', '$'))
  .map(([start, inner, end]) => `${start}(?:${inner})${end}`);

function asRegExp(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}

describe('compileRegExp', () => {
  it('finds an expression anywhere in the text', () => {
    assert.equal(isFound('b+', 'abbc'), true);
  });

  it('does not find what is not there', () => {
    assert.equal(isFound('^b', 'abbc'), false);
  });

  it("agrees with JavaScript's own engine", () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', 'A', '1', '.', '/', '\n'),
      maxLength: 6,
    });
    const flags = fc.constantFrom('', 'i', 'm', 's', 'im', 'is', 'ims');
    tryOften(
      fc.property(anchored, flags, text, (source, flag, subject) => {
        const native = new RegExp(source, flag);
        assert.equal(isFound(native, subject), native.test(subject));
      }),
      1000,
    );
  });

  const characters = String.raw`\s \S [^\S] [\sx] . \w \W \d \D [^\d] [\b] \v [^] \cJ \u2028 \x0a`;
  for (const source of characters.split(' ')) {
    it(`means by ${source} what JavaScript means by it`, () => {
      const natives = ['u', 'su'].map(
        flags => new RegExp(`^${source}$`, flags),
      );
      const codes = Array.from({length: 0x11000}, (_, code) => code);
      const different = natives.flatMap(native => {
        const own = compileRegExp(native);
        const texts = codes.map(code => String.fromCodePoint(code));
        return texts.filter(text => own.test(text) !== native.test(text));
      });
      assert.deepEqual(different, []);
    });
  }

  it("agrees with JavaScript's engine on its own notation", () => {
    const parts = String.raw`a é . \s \S \w \W \b \B ^ $ | [\s_] [^\S\d] [[:a]
      [a\-c] [\w-] [\d-z] []a] \A \z \Q \a \e \u0061 \x61 \0 \101 \cM \c \t \v { } ]
      {,2} \/ \k \8 [^] [] (?:a|b) (a) (?<n>a) (?:) a{2} a*? \n - \.`;
    const part = fc.constantFrom(...parts.split(/\s+/));
    const text = fc.string({
      unit: fc.constantFrom(
        ...Array.from('aAbzQéÉ_1 -:\0{}\n\r\v\u2028\u00a0\ufeff\u180e],/8\\c'),
      ),
      maxLength: 5,
    });
    const flags = fc.constantFrom('', 'i', 's', 'is', 'm');
    const input = fc.tuple(fc.array(part, {maxLength: 4}), flags, text);
    tryOften(
      fc.property(input, ([chosen, flag, subject]) => {
        const native = asRegExp(chosen.join(''), flag);
        fc.pre(native !== undefined);
        // Ends of lines in the middle of an expression differ.
        fc.pre(!native.multiline || !/[\^$]/.test(native.source));
        const found = isFound(native, subject);
        assert.equal(found, native.test(subject), String(native));
      }),
      2000,
    );
  });

  it('finds the end of a line with the flag m before each end of a line', () => {
    for (const end of ['\n', '\r\n', '\r', '\u2028', '\u2029', '']) {
      assert.equal(
        isFound(/^b(c$)/m, `a\nbc${end}`),
        true,
        JSON.stringify(end),
      );
    }
    assert.equal(isFound(/^bc$/m, 'a\nbcd\n'), false);
  });

  it('takes a code point for one character, with the flag u or without', () => {
    assert.equal(isFound(/^.$/, '\u{1f600}'), true);
    assert.equal(isFound('^[\u{1f600}\u{1f601}]$', '\u{1f601}'), true);
    assert.equal(isFound('\\ud83d\\ude00', '\u{1f600}'), true);
    assert.equal(isFound(/\ud83d/, '\ud83d'), true);
    assert.equal(isFound('^\\p{Script=Greek}\\p{Letter}$', '\u03b1a'), true);
  });

  it('takes the flags of a RegExp', () => {
    assert.equal(isFound(/ABC/i, 'abc'), true);
    assert.equal(isFound(/ABC/, 'abc'), false);
  });

  it('lets ^ and $ match at line ends with the flag m only', () => {
    assert.equal(isFound(/^b$/m, 'a\nb\nc'), true);
    assert.equal(isFound(/^b$/, 'a\nb\nc'), false);
  });

  it('lets a dot match a line end with the flag s only', () => {
    assert.equal(isFound(/a.b/s, 'a\nb'), true);
    assert.equal(isFound(/a.b/, 'a\nb'), false);
  });

  it('takes a string between slashes with its flags', () => {
    assert.equal(isFound('/ABC/i', 'abc'), true);
    assert.equal(isFound('/ABC/', 'abc'), false);
  });

  it('takes a slash inside a string between slashes', () => {
    assert.equal(isFound('/a/b/', 'a/b'), true);
  });

  it('takes a string that merely begins with a slash for what it is', () => {
    assert.equal(isFound('/usr/bin', 'the usr'), false);
    assert.equal(isFound('/usr/bin', 'in /usr/bin'), true);
  });

  it('takes flags inside a bare string', () => {
    assert.equal(isFound('(?i)ABC', 'abc'), true);
  });

  it('takes flags inside a string between slashes', () => {
    assert.equal(isFound('/(?i)ABC.D/s', 'abc\nd'), true);
  });

  it('takes flags of a group for the group', () => {
    assert.equal(isFound('a(?i:b)', 'aB'), true);
    assert.equal(isFound('a(?i:b)', 'AB'), false);
    assert.equal(isFound('(?s:a.)b.', 'a\nb\n'), false);
    assert.equal(isFound('/(?-s:a.)/s', 'a\n'), false);
  });

  it('takes extra flags', () => {
    assert.equal(isFound('ABC', 'abc', 'i'), true);
    assert.equal(isFound(/ABC/s, 'abc', 'i'), true);
  });

  it('has no memory with the flag g', () => {
    const compiled = compileRegExp(/a/g);
    assert.deepEqual(
      [1, 2, 3].map(() => compiled.test('a')),
      [true, true, true],
    );
  });

  it('does not stick to the start with the flag y', () => {
    assert.equal(isFound(/b/y, 'ab'), true);
  });

  it('does not move the lastIndex of the RegExp handed in', () => {
    const pattern = /a/g;
    pattern.lastIndex = 1;
    compileRegExp(pattern).test('aa');
    assert.equal(pattern.lastIndex, 1);
  });

  it('ignores the case of letters beyond ASCII', () => {
    assert.equal(isFound(/ÉTÉ/i, 'été'), true);
  });

  it('matches a character outside the basic plane with one dot', () => {
    assert.equal(isFound(/^.$/u, '\u{1f600}'), true);
  });

  it('takes named groups and escapes in the way JavaScript writes them', () => {
    assert.equal(isFound(/^(?<year>\d{4})\/\u0041$/, '2020/A'), true);
  });

  it('finds the empty expression in every text', () => {
    assert.equal(isFound('', ''), true);
    assert.equal(isFound(new RegExp(''), 'abc'), true);
  });

  it('shows the pattern as the user wrote it', () => {
    assert.equal(compileRegExp(/a+/gi).source, '/a+/gi');
    assert.equal(compileRegExp('/a+/i').source, '/a+/i');
  });
});

describe('compileRegExp refuses, naming the pattern,', () => {
  const refused: readonly [title: string, pattern: string | RegExp][] = [
    ['a look-ahead', /a(?=b)/],
    ['a negative look-ahead', /a(?!b)/],
    ['a look-behind', /(?<=a)b/],
    ['a negative look-behind', /(?<!a)b/],
    ['a back-reference', /(a)\1/],
    ['a named back-reference', /(?<x>a)\k<x>/],
    ['an open parenthesis', '(a'],
    ['an open bracket', '[a'],
    ['a repetition of nothing', '*a'],
    ['a repetition that is too long', 'a{100000}'],
    ['repetitions that multiply', '((a{30}){30}){30}'],
    ['a parenthesis that closes none', 'a)'],
    ['a repetition of a repetition', 'a**'],
    ['a backslash at the end', 'a\\'],
    ['a range that runs backwards', '[b-a]'],
    ['a class of characters that there is not', '\\p{Nonsense}'],
    ['a group of another notation', '(?P<year>a)'],
    ['set notation', new RegExp('[[a-z]--[b]]', 'v')],
  ];
  for (const [title, pattern] of refused) {
    it(title, () => {
      assert.throws(
        () => compileRegExp(pattern),
        (error: Error & {code?: string}) =>
          error.code === 'INVALID_FILTER' &&
          error.message.includes(`expression ${String(pattern)} cannot`) &&
          !error.message.includes('parsing'),
      );
    });
  }

  it('a pattern longer than 1000 characters, naming its beginning', () => {
    assert.throws(() => compileRegExp('ab'.repeat(501)), {
      code: 'INVALID_FILTER',
      message: /expression (?:ab){40}\.\.\. cannot be used: it is longer/,
    });
  });

  it('an oversized RegExp as well', () => {
    assert.throws(() => compileRegExp(new RegExp('a'.repeat(1001))), {
      code: 'INVALID_FILTER',
    });
  });

  it('a pattern of too many instructions', () => {
    assert.throws(() => compileRegExp('a{900}b{900}c{900}'), {
      code: 'INVALID_FILTER',
      message: /too slow/,
    });
  });

  it('nothing of ordinary size', () => {
    assert.doesNotThrow(() => compileRegExp('a'.repeat(1000)));
  });
});

describe('a hostile regular expression', () => {
  const text = `${'a'.repeat(100_000)}b`;
  const hostile: readonly [pattern: string, isFound: boolean][] = [
    ['(a+)+$', false],
    ['(a|a)*$', true],
    ['^(a|aa)+$', false],
    ['(.*a){20}c', false],
    ['(a*)*c', false],
  ];
  for (const [pattern, expected] of hostile) {
    it(`${pattern} is answered in time linear in the text`, () => {
      const start = performance.now();
      assert.equal(isFound(pattern, text), expected);
      const spent = performance.now() - start;
      assert.ok(spent < 5_000, `took ${Math.round(spent)} ms`);
    });
  }
});
