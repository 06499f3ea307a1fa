import assert from 'node:assert/strict';
import {existsSync} from 'node:fs';
import {inspect} from '../../../lib/persistence/inspection';
import {rowDamages} from '../../../lib/persistence/salvage/verify-rows';

/** Fails unless `check` finds nothing wrong with files, if there are any. */
export async function ensureSound(file: string): Promise<void> {
  if (!existsSync(file) && !existsSync(`${file}.journal`)) return;
  const {damages} = await inspect(file);
  assert.deepEqual([...damages, ...rowDamages(file)], []);
}
