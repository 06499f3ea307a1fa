import type {
  FileCalls,
  FileSystem,
} from '../../../lib/persistence/disk/file-system';
import {errorOf} from './memory-files';
import {observed} from './observed-files';

/** Which call of the file system goes wrong, and how. */
export interface Fault {
  /** The number of the call, from 1 on. */
  readonly at: number;
  /** Whether all later calls fail too. */
  readonly isSticky: boolean;
  readonly code: string;
  /** How much of its bytes a write that fails writes all the same. */
  readonly written: 'none' | 'half' | 'all';
  /** Only calls of these methods are counted; all when left out. */
  readonly only?: readonly (keyof FileCalls)[];
}

/** A file system that goes wrong once, or from one call on. */
export class FaultyFiles {
  calls = 0;
  /** The calls by name, for those who count. */
  readonly log: string[] = [];
  readonly fileSystem: FileSystem;
  private isHealed = false;

  constructor(
    private readonly inner: FileSystem,
    private readonly fault: Fault,
  ) {
    this.fileSystem = observed(inner, (_, name, given) => {
      this.log.push(name);
      if (!this.fails(name)) return;
      if (name === 'write') this.writePart(...(given as Written));
      throw errorOf(this.fault.code);
    });
  }

  /** Whether the fault has happened. */
  get hasFired(): boolean {
    return this.calls >= this.fault.at;
  }

  /** From now on all goes well. */
  heal(): void {
    this.isHealed = true;
  }

  private fails(name: keyof FileCalls): boolean {
    const {at, isSticky, only} = this.fault;
    if (this.isHealed || (only && !only.includes(name))) return false;
    this.calls++;
    return this.calls === at || (isSticky && this.calls > at);
  }

  private writePart(...[descriptor, bytes, position]: Written): void {
    const share = {none: 0, half: 0.5, all: 1}[this.fault.written];
    const part = bytes.subarray(0, Math.floor(bytes.length * share));
    this.inner.write(descriptor, part, position);
  }
}

type Written = Parameters<FileCalls['write']>;

/** Files that take and give at most `limit` bytes a call. */
export function inSmallSteps(inner: FileSystem, limit: number): FileSystem {
  return new Proxy(inner, {
    get: (target, name: keyof FileSystem) => {
      if (name === 'later') return target.later;
      if (name !== 'write' && name !== 'read') {
        return target[name].bind(target) as unknown;
      }
      return (descriptor: number, bytes: Buffer, position: number) =>
        target[name](descriptor, bytes.subarray(0, limit), position);
    },
  });
}
