import assert from 'node:assert/strict';
import path from 'node:path';
import {pathToFileURL} from 'node:url';

/** The scripts are modules without types. */
function load(name: string): Promise<any> {
  const file = path.resolve(__dirname, '../../../scripts', name);
  return import(pathToFileURL(file).href);
}

describe('npm test', () => {
  it('takes patterns, variables and the options of mocha', async () => {
    const {understand} = await load('test.mjs');
    assert.deepEqual(understand(['value/', 'a=b=c', '-g', 'a title x=1']), {
      patterns: ['value/'],
      options: ['-g', 'a title x=1'],
      environment: {a: 'b=c'},
    });
    for (const words of [
      ['--update', 'value/', '--bail'],
      ['value/', '--bail', '--update'],
    ]) {
      assert.deepEqual(understand(words), {
        patterns: ['value/'],
        options: ['--bail'],
        environment: {UPDATE_GOLDEN: '1'},
      });
    }
  });

  it('finds test files by a part of their paths', async () => {
    const {matching, testFiles} = await load('test-files.mjs');
    const names: string[] = testFiles();
    assert.ok(names.includes('test/package/test-files.test.ts'));
    assert.deepEqual(matching(names, ['value/like', 'package\\test-f']), [
      'test/package/test-files.test.ts',
      'test/value/like.test.ts',
    ]);
    assert.deepEqual(matching(names, ['nonesuch']), []);
  });

  it('leaves out the files that need servers where no pattern names them', async () => {
    const {matching, needsServers, testFiles} = await load('test-files.mjs');
    const names: string[] = testFiles();
    const server = 'test/dialects/recordings.server.test.ts';
    assert.ok(names.includes(server));
    assert.deepEqual(
      matching(names, []),
      names.filter(name => !name.endsWith('.server.test.ts')),
    );
    assert.deepEqual(
      matching(names, ['.server.test']),
      names.filter(name => needsServers(name)),
    );
    assert.ok(matching(names, ['dialects/rec']).includes(server));
  });

  it('runs files side by side where they are many, or several of them slow', async () => {
    const {isParallel} = await load('mocha.mjs');
    const {slowest, testFiles} = await load('test-files.mjs');
    const quick = (testFiles() as string[]).filter(
      name => !slowest.includes(name),
    );
    assert.equal(isParallel(quick.slice(0, 8)), false);
    assert.equal(isParallel(quick.slice(0, 9)), true);
    assert.equal(isParallel([...quick.slice(0, 7), slowest[0]]), false);
    assert.equal(isParallel(slowest.slice(0, 2)), true);
  });

  it('begins with the slowest files, all of which are there', async () => {
    const {slowest, slowestFirst, testFiles} = await load('test-files.mjs');
    const names: string[] = testFiles();
    const ordered: string[] = slowestFirst(names);
    assert.deepEqual(ordered.slice(0, slowest.length), slowest);
    assert.deepEqual(ordered.toSorted(), names);
  });
});

describe('npm run watch', () => {
  const imports = new Map(
    Object.entries({
      'test/value/a.test.js': ['lib/value/a.js'],
      'test/value/b.test.js': ['lib/value/b.js'],
      'test/query/c.test.js': ['lib/query/c.js', 'test/support/query/s.js'],
      'test/query/d.test.js': ['test/support/query/s.js'],
      'test/twin/connector.property.test.js': ['lib/value/a.js'],
      'lib/value/b.js': ['lib/value/a.js'],
      'lib/query/c.js': ['lib/value/b.js'],
      'test/support/query/s.js': [],
    }),
  );
  const tests = [...imports.keys()].filter(name => name.endsWith('.test.js'));

  async function chosen(...changed: string[]): Promise<string[]> {
    const {affected} = await load('affected.mjs');
    return affected(tests, changed, imports).chosen;
  }

  it('runs the tests of the folder and those that require what has changed', async () => {
    assert.deepEqual(await chosen('lib/value/a.js'), [
      'test/value/a.test.js',
      'test/value/b.test.js',
    ]);
    assert.deepEqual(await chosen('lib/query/c.js'), ['test/query/c.test.js']);
  });

  it('tells how many tests come to it in all', async () => {
    const {affected} = await load('affected.mjs');
    const {reaching} = affected(tests, ['lib/value/b.js'], imports);
    assert.deepEqual(reaching, [
      'test/value/b.test.js',
      'test/query/c.test.js',
    ]);
  });

  it('runs all that use a helper that has changed, and changed tests, also slow ones', async () => {
    assert.deepEqual(await chosen('test/support/query/s.js'), [
      'test/query/c.test.js',
      'test/query/d.test.js',
    ]);
    const slow = 'test/twin/connector.property.test.js';
    assert.deepEqual(await chosen(slow), [slow]);
  });

  it('reads what compiled files require', async () => {
    const {readImports, reachedFrom} = await load('affected.mjs');
    const {filesUnder, output} = await load('places.mjs');
    const files = filesUnder(path.join(output, 'lib/base'));
    const all = readImports(files.filter((f: string) => f.endsWith('.js')));
    const start = path.join(output, 'lib/base/errors.js');
    assert.ok(reachedFrom(start, all).has(start));
    const program = path.join(output, 'lib/cli/main.js');
    const found = readImports([program]).get(program);
    assert.deepEqual(found, [path.join(output, 'lib/cli/run.js')]);
  });
});
