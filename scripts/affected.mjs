import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {isSlow} from './test-files.mjs';

/** What each compiled file requires of the others, as whole paths. */
export function readImports(files) {
  return new Map(files.map(file => [file, importsOf(file)]));
}

function importsOf(file) {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/\brequire\((["'])(\.[^"']*)\1\)/g)]
    .map(([, , name]) => path.resolve(path.dirname(file), name))
    .flatMap(place => {
      const places = [place, `${place}.js`, path.join(place, 'index.js')];
      const found = places.find(one => one.endsWith('.js') && existsSync(one));
      return found === undefined ? [] : [found];
    });
}

/** The files that a file comes to by what it requires, itself among them. */
export function reachedFrom(file, imports) {
  const reached = new Set([file]);
  for (const one of reached) {
    for (const next of imports.get(one) ?? []) reached.add(next);
  }
  return reached;
}

/**
 * Which tests to run after a change, of those that come to what was changed:
 * those that changed themselves, those that require it directly (or helpers of
 * tests that changed, by whichever way), and those of the folder under test/
 * that mirrors its folder in lib/. Slow ones are left out unless they changed
 * themselves. `tests`, `changed` and the keys of `imports` are names below dist/
 * such as `test/value/like.test.js`.
 */
export function affected(tests, changed, imports) {
  const isChanged = new Set(changed);
  const reaching = tests.filter(test =>
    [...reachedFrom(test, imports)].some(file => isChanged.has(file)),
  );
  const chosen = reaching.filter(test => {
    if (isChanged.has(test)) return true;
    if (isSlow(test.replace(/\.js$/, '.ts'))) return false;
    const direct = imports.get(test) ?? [];
    if (direct.some(file => isChanged.has(file))) return true;
    return changed.some(
      file =>
        (file.startsWith('test/support/') &&
          reachedFrom(test, imports).has(file)) ||
        path.posix.dirname(test) === mirror(file),
    );
  });
  return {chosen, reaching};
}

/** The folder of the tests of a file in lib/. */
function mirror(file) {
  return path.posix.dirname(file).replace(/^lib\b/, 'test');
}
