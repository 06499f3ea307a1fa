import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import * as fs from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {realFileSystem} from '../../lib/persistence/disk/file-system';
import {JournalReader} from '../../lib/persistence/journal/reader';
import {JournalWriter} from '../../lib/persistence/journal/writer';
import {
  commits,
  header,
  historyTexts,
  readFrom,
  write,
} from '../support/persistence/example';

describe('Journals on a real disk', () => {
  let directory = '';
  let file = '';

  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(tmpdir(), 'jour nal-ä-'));
    file = path.join(directory, 'shop.json.journal');
  });

  afterEach(() => fs.rmSync(directory, {recursive: true}));

  it('have the bytes that the ones in memory have', async () => {
    const writer = JournalWriter.create(realFileSystem, file, header);
    for (const commit of commits) {
      writer.append(commit);
      await writer.sync();
    }
    writer.syncNow();
    await writer.close();
    assert.deepEqual(fs.readFileSync(file), write().bytes);
    assert.deepEqual(readFrom(realFileSystem, file).texts, historyTexts);
  });

  it('are read while they are written', () => {
    const writer = JournalWriter.create(realFileSystem, file, header);
    writer.append(commits[0]!);
    const reader = JournalReader.open(realFileSystem, file);
    writer.append(commits[1]!);
    assert.equal([...reader.records()].length, 1);
    assert.equal(readFrom(realFileSystem, file).texts.length, 2);
    reader.close();
    return writer.close();
  });

  it('go on where they were cut', async () => {
    const {bytes} = write();
    fs.writeFileSync(file, bytes.subarray(0, bytes.length - 3));
    const {end} = readFrom(realFileSystem, file);
    const writer = JournalWriter.openAtEnd(realFileSystem, file, end);
    writer.append(commits.at(-1)!);
    await writer.close();
    assert.deepEqual(fs.readFileSync(file), bytes);
  });

  it('take the place of older ones', async () => {
    fs.writeFileSync(file, 'old');
    const fresh = `${file}.new`;
    const writer = JournalWriter.create(realFileSystem, fresh, header);
    writer.moveTo(file);
    writer.append(commits[0]!);
    await writer.close();
    assert.deepEqual(fs.readdirSync(directory), ['shop.json.journal']);
    assert.equal(readFrom(realFileSystem, file).texts.length, 1);
  });

  it('get the permissions that they are given', async () => {
    const writer = JournalWriter.create(realFileSystem, file, header, 0o600);
    await writer.close();
    const status = realFileSystem.stat(file)!;
    assert.equal(status.bytes, writer.bytes);
    if (process.platform !== 'win32') assert.equal(status.permissions, 0o600);
  });

  it('are removed when they cannot be made', () => {
    const missing = path.join(directory, 'missing', 'x.journal');
    assert.throws(() => JournalWriter.create(realFileSystem, missing, header), {
      code: 'PERSISTENCE_FAILED',
      message: /cannot be created: ENOENT/,
    });
    assert.equal(realFileSystem.stat(missing), undefined);
  });

  it('are deleted by unlink', () => {
    fs.writeFileSync(file, '');
    realFileSystem.unlink(file);
    assert.deepEqual(fs.readdirSync(directory), []);
  });

  it('are refused with the commands to run, as a shell takes them', function () {
    if (process.platform === 'win32') this.skip();
    const damaged = path.join(directory, "it's.json.journal");
    fs.writeFileSync(damaged, Buffer.concat([write().bytes, write().bytes]));
    const offset = write().bytes.length;
    let message = '';
    try {
      readFrom(realFileSystem, damaged);
    } catch (error) {
      message = (error as Error).message;
      assert.deepEqual((error as any).details, {file: damaged, offset});
    }
    assert.ok(message.includes(`${damaged} is refused at byte ${offset}: `));
    const commands = [...message.matchAll(/npx \S+ (\w+) ('.*?json')/g)];
    assert.deepEqual(
      commands.map(([, name, words]) => [
        name,
        execFileSync('sh', ['-c', `printf %s ${words}`], {encoding: 'utf8'}),
      ]),
      [
        ['check', path.join(directory, "it's.json")],
        ['repair', path.join(directory, "it's.json")],
      ],
    );
  });

  it('report a full disk', function () {
    if (!fs.existsSync('/dev/full')) this.skip();
    const full = {...realFileSystem, open: () => fs.openSync('/dev/full', 'w')};
    assert.throws(() => JournalWriter.create(full, file, header), {
      code: 'PERSISTENCE_FAILED',
      message: /ENOSPC/,
    });
  });
});
