import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import type {
  FileCalls,
  FileSystem,
} from '../../../lib/persistence/disk/file-system';

/** A new directory for each test of the suite, removed after it. */
export function useDirectory(): (name: string) => string {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'data file ä-'));
  });
  afterEach(() => rmSync(directory, {recursive: true, force: true}));
  return name => path.join(directory, name);
}

/** Told of a call before it is made, with its number; may throw. */
type BeforeCall = (
  number: number,
  name: keyof FileCalls,
  given: readonly unknown[],
) => void;

/** Files each call of which, those that end later too, `before` is told of. */
export function observed(files: FileSystem, before: BeforeCall): FileSystem {
  let number = 0;
  const observe = <Calls extends object>(calls: Calls): Calls =>
    new Proxy(calls, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return observe(member as object);
        return (...given: unknown[]): unknown => {
          before(++number, name as keyof FileCalls, given);
          return member.apply(target, given);
        };
      },
    });
  return observe(files);
}
