import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';

/** A new directory for each test of the suite, removed after it. */
export function useDirectory(): (name: string) => string {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'data file ä-'));
  });
  afterEach(() => rmSync(directory, {recursive: true, force: true}));
  return name => path.join(directory, name);
}
