import assert from 'node:assert/strict';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, relative} from 'node:path';
import {checkGolden, describeGolden, parseGolden} from './golden';

const root = join(__dirname, '../../..');

/** Answers `say a b` by a line for each word, and anything else by nothing. */
async function echo(inputs: readonly string[]): Promise<string[]> {
  return inputs.map(input => {
    const [verb, ...words] = input.split(' ');
    return verb === 'say' ? words.join('\n') : '';
  });
}

describe('A golden file', () => {
  let directory: string;
  let file: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'golden-'));
    file = relative(root, join(directory, 'words.txt'));
  });
  afterEach(() => rmSync(directory, {recursive: true}));

  function write(...lines: string[]): void {
    writeFileSync(join(root, file), lines.join('\n'));
  }

  function check(environment: NodeJS.ProcessEnv = {}): Promise<void> {
    return checkGolden(file, echo, environment);
  }

  it('passes where each input answers what is expected', async () => {
    write(
      '# Words',
      '',
      'say a b',
      '  a',
      '  b',
      'nothing',
      'say c',
      '  c',
      '',
    );
    await check();
  });

  it('is read with the line ends of Windows as well', async () => {
    write('# Words\r', 'say a\r', '  a\r', '');
    await check();
  });

  it('fails with file, line and both answers where they differ', async () => {
    write('# Words', 'say a b c', '  a', '  x', '  c', 'say d', '  d');
    await assert.rejects(check(), {
      message: [
        'Not the answers that are expected (-) but others (+).',
        '',
        `${file}:4`,
        '  say a b c',
        '    a',
        '-   x',
        '+   b',
        '    c',
        '',
        'If these are right, `npm test -- --update` writes them to the file.',
      ].join('\n'),
    });
  });

  it('fails where an answer is missing or too much', async () => {
    write('say a');
    await assert.rejects(check(), /words\.txt:2\n {2}say a\n\+ {3}a\n/);
    write('nothing', '  a', 'say b', '  b');
    await assert.rejects(check(), /words\.txt:2\n {2}nothing\n- {3}a\n/);
    write('say a', '  a', '  b');
    await assert.rejects(check(), /words\.txt:3\n {2}say a\n {4}a\n- {3}b\n/);
  });

  it('fails where it is missing, empty, or has no inputs', async () => {
    await assert.rejects(check(), {code: 'ENOENT'});
    write('');
    await assert.rejects(check(), /words\.txt has no inputs/);
    write('# Words', '');
    await assert.rejects(check({UPDATE_GOLDEN: '1'}), /has no inputs/);
  });

  it('fails where no input answers anything', async () => {
    write('nothing');
    await assert.rejects(check(), /No input of .*words\.txt answers anything/);
  });

  it('fails where an answer has no input', () => {
    assert.throws(() => parseGolden('x.txt', 'say a\n\n  a'), {
      message: 'x.txt:3: an answer, but no input above it.',
    });
  });

  it('is rewritten in an update, and all else in it stays', async () => {
    write(
      '# Words',
      'say a b',
      '  x',
      '',
      '# More',
      'say c',
      'nothing',
      '  y',
      '',
    );
    await check({UPDATE_GOLDEN: '1'});
    assert.equal(
      readFileSync(join(root, file), 'utf8'),
      '# Words\nsay a b\n  a\n  b\n\n# More\nsay c\n  c\nnothing\n',
    );
    await check();
  });

  it('is not updated in CI', async () => {
    write('say a');
    const environment = {UPDATE_GOLDEN: '1', CI: 'true'};
    await assert.rejects(check(environment), /not updated in CI/);
    assert.equal(readFileSync(join(root, file), 'utf8'), 'say a');
  });

  it('cannot hold an answer with an empty line', async () => {
    write('say a', '  a');
    const answer = async () => ['a\n\nb'];
    await assert.rejects(checkGolden(file, answer, {}), /an empty line/);
  });

  it('must be there for a folder to have tests, and say what it shows', () => {
    const folder = relative(root, directory);
    assert.throws(() => describeGolden(folder, echo), /has no golden files/);
    assert.throws(
      () => describeGolden(`${folder}/none`, echo),
      /has no golden/,
    );
    write('say a');
    assert.throws(() => describeGolden(folder, echo), /words\.txt:1: no line/);
  });
});
