import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {realDisk} from '../../lib/persistence/lock/disk';
import {recover} from '../../lib/persistence/recovery';
import {ensureSound} from '../support/persistence/sound';

describe('A process whose heap is full', () => {
  let directory = '';

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'full-heap-'));
  });
  afterEach(() => rmSync(directory, {recursive: true, force: true}));

  it('has kept what it acknowledged', async () => {
    const file = path.join(directory, 'data.json');
    const program = path.join(
      __dirname,
      '../support/persistence/heap-child.js',
    );
    const argv = ['--max-old-space-size=40', program, file];
    const child = spawnSync(process.execPath, argv, {
      cwd: directory,
      encoding: 'utf8',
    });
    assert.match(child.stderr, /heap out of memory/);
    const acknowledged = child.stdout.trim().split('\n').map(Number);
    assert.ok(acknowledged.length > 100);
    await ensureSound(file);
    const rows = recover(file, realDisk).tables.get('Log')!.rows();
    const ids = new Set(rows.map(([, row]) => row['id']));
    assert.deepEqual(
      acknowledged.filter(id => !ids.has(id)),
      [],
    );
    assert.ok(ids.size <= acknowledged.length + 1);
  });
});
