import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {compileGlob} from '../../lib/value/glob';
import {tryOften} from '../support/random';

function matches(pattern: string, text: string): boolean {
  return compileGlob(pattern).test(text);
}

/** The same by trying all ways; `pattern` has no sets. */
function matchesNaively(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  const [first] = pattern;
  const rest = pattern.slice(1);
  if (first === '*') {
    return (
      matchesNaively(rest, text) ||
      (text !== '' && matchesNaively(pattern, text.slice(1)))
    );
  }
  if (text === '') return false;
  if (first === '?') return matchesNaively(rest, text.slice(1));
  if (first === '\\' && rest !== '') {
    return rest[0] === text[0] && matchesNaively(rest.slice(1), text.slice(1));
  }
  return first === text[0] && matchesNaively(rest, text.slice(1));
}

describe('a glob pattern', () => {
  it('matches whole texts only', () => {
    assert.ok(matches('user', 'user'));
    assert.ok(!matches('user', 'users'));
    assert.ok(!matches('user', 'a user'));
    assert.ok(matches('', ''));
    assert.ok(!matches('', 'a'));
  });

  it('has * for any run of characters, slashes, dots and line ends too', () => {
    assert.ok(matches('*', ''));
    assert.ok(matches('user:*:cart', 'user:1/a.b\n:cart'));
    assert.ok(!matches('user:*:cart', 'user::'));
    assert.ok(matches('**a***', 'bab'));
  });

  it('has ? for one character, whatever its length in UTF-16', () => {
    assert.ok(matches('h?llo', 'hello'));
    assert.ok(!matches('h?llo', 'hllo'));
    assert.ok(matches('?', '\u{1f600}'));
    assert.ok(!matches('??', '\u{1f600}'));
  });

  it('has sets, with ranges in either order, and ^ for all others', () => {
    assert.ok(matches('[a-c_]1', 'b1'));
    assert.ok(matches('[a-c_]1', '_1'));
    assert.ok(!matches('[a-c_]1', 'd1'));
    assert.ok(matches('[c-a]', 'b'));
    assert.ok(matches('[^a-c]', 'd'));
    assert.ok(!matches('[^a-c]', 'b'));
    assert.ok(!matches('[^a-c]', ''));
    assert.ok(matches('[!a]', '!'));
    assert.ok(!matches('[!a]', 'b'));
  });

  it('takes sets as Redis does at their borders', () => {
    assert.ok(!matches('[]', 'a'));
    assert.ok(matches('[^]', 'a'));
    assert.ok(matches('[ab', 'b'));
    assert.ok(matches('[\\]a]', ']'));
    assert.ok(matches('[\\^]', '^'));
  });

  it('has \\ for what is to be taken literally', () => {
    assert.ok(matches('a\\*b', 'a*b'));
    assert.ok(!matches('a\\*b', 'axb'));
    assert.ok(matches('\\[a]', '[a]'));
    assert.ok(matches('a\\', 'a\\'));
    assert.ok(matches('a\\\\', 'a\\'));
  });

  it('knows the text with which all matches begin', () => {
    assert.equal(compileGlob('user:*').prefix, 'user:');
    assert.equal(compileGlob('user:?').prefix, 'user:');
    assert.equal(compileGlob('a\\*[b]').prefix, 'a*');
    assert.equal(compileGlob('user').prefix, 'user');
    assert.equal(compileGlob('*user').prefix, '');
    assert.equal(compileGlob('').prefix, '');
  });

  it('matches patterns of more tokens than a word has bits', () => {
    for (const length of [29, 30, 31, 32, 61, 62, 63, 100]) {
      const text = 'abcdefghij'.repeat(10).slice(0, length);
      assert.ok(matches('?'.repeat(length), text), `${length}`);
      assert.ok(matches(`${text}*`, text), `${length}`);
      assert.ok(matches(`*${text}`, `xyz${text}`), `${length}`);
      assert.ok(!matches(`${text}x`, text), `${length}`);
    }
  });

  it('matches what trying all ways matches', () => {
    const letters = fc.constantFrom('a', 'b', '*', '?', '\\');
    const pattern = fc.string({unit: letters, maxLength: 8});
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', '*', '\\'),
      maxLength: 8,
    });
    tryOften(
      fc.property(pattern, text, (pattern, text) => {
        assert.equal(matches(pattern, text), matchesNaively(pattern, text));
        if (!matches(pattern, text)) return;
        assert.ok(text.startsWith(compileGlob(pattern).prefix));
      }),
      2000,
    );
  });

  it('takes no longer for patterns that others try without end', () => {
    const begun = performance.now();
    const text = 'a'.repeat(20_000);
    assert.ok(!matches(`${'*a'.repeat(30)}*b`, text));
    assert.ok(!matches(`${'*?'.repeat(10_000)}b`, text));
    assert.ok(!matches('*a'.repeat(500_000), 'aaa'));
    assert.ok(performance.now() - begun < 2000);
  });
});
