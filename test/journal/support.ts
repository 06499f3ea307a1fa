import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import type {Eventual, Files} from '../../lib/journal/files';

/** A new directory for each test of the suite, removed after it. */
export function useDirectory(): (name: string) => string {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'data file ä-'));
  });
  afterEach(() => rmSync(directory, {recursive: true, force: true}));
  return name => path.join(directory, name);
}

type Call = (...args: never[]) => Eventual<unknown>;

/** Files that `before` is told of each call of, with its number; it may throw. */
export function observed(
  files: Files,
  before: (number: number, name: keyof Files) => void,
): Files {
  let number = 0;
  const entries = Object.entries(files) as [keyof Files, Call][];
  const wrapped = entries.map(([name, call]) => [
    name,
    (...args: never[]) => {
      before(++number, name);
      return call(...args);
    },
  ]);
  return Object.fromEntries(wrapped);
}
