import type {Disk} from '../../../lib/persistence/lock/disk';
import {directory, MemoryFileSystem} from './memory-file-system';
import {type Choose, Inode, Names} from './memory-files';

export const dataFile = `${directory}/shop.json`;

/** A disk that can show what a power cut at any moment could leave. */
export class CrashDisk extends MemoryFileSystem implements Disk {
  readonly files = this;
  override syncTakes = () =>
    new Promise<void>(resolve => {
      setImmediate(resolve);
    });

  async lock(file: string) {
    return {path: file, ensureHeld() {}, release() {}, abandon() {}};
  }

  /** The disk after the process was killed. */
  afterKill(): CrashDisk {
    return diskOf(this.names.current, inode => inode.content);
  }

  /** The disk after a power cut that took all that was not synced. */
  afterWorstCut(keepsNames: boolean): CrashDisk {
    return diskOf(
      this.names.afterPowerCut(() => keepsNames),
      inode => inode.afterWorstCut,
    );
  }

  /** The disk after a power cut that took what is chosen. */
  afterPowerCut(choose: Choose): CrashDisk {
    return diskOf(
      this.names.afterPowerCut(() => choose(2) === 0),
      inode => inode.afterPowerCut(choose),
    );
  }
}

/** A disk on which everything that there is has been synced. */
function diskOf(
  names: ReadonlyMap<string, Inode>,
  contentOf: (inode: Inode) => Buffer,
): CrashDisk {
  const fresh = new Map<Inode, Inode>();
  const all = [...names].map(([name, inode]) => {
    const copy = fresh.get(inode) ?? new Inode(contentOf(inode));
    fresh.set(inode, copy);
    return [name, copy] as const;
  });
  return new CrashDisk(new Names(new Map(all)));
}
