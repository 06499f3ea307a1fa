import {execFileSync} from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';

/** What a file system is made with. */
export type Kind = 'ext4' | 'xfs' | 'tmpfs';

const makers: Readonly<Record<Kind, readonly string[]>> = {
  ext4: ['mkfs.ext4', '-q', '-F'],
  xfs: ['mkfs.xfs', '-q', '-f'],
  tmpfs: [],
};

/** xfs needs more than others. */
const imageBytes: Readonly<Record<Kind, number>> = {
  ext4: 128 * 2 ** 20,
  xfs: 320 * 2 ** 20,
  tmpfs: 2 ** 20,
};

function run(command: string, ...args: readonly string[]): void {
  execFileSync(command, args, {stdio: ['ignore', 'ignore', 'pipe']});
}

/** A file system of its own, which is mounted. */
export class Mount {
  readonly directory: string;
  private readonly place = mkdtempSync(path.join(tmpdir(), 'mount-'));
  private isMounted = false;

  private constructor(private readonly kind: Kind) {
    this.directory = path.join(this.place, 'mnt');
    mkdirSync(this.directory);
  }

  /** Makes one, or says why this machine does not allow it. */
  static make(kind: Kind): Mount | string {
    const mount = new Mount(kind);
    try {
      mount.format();
      mount.mount();
      return mount;
    } catch (error) {
      mount.remove();
      const [line] = (error as Error).message.trim().split('\n').slice(-1);
      return `${kind} cannot be mounted here: ${line}`;
    }
  }

  private get image(): string {
    return path.join(this.place, 'image');
  }

  private format(): void {
    const [command, ...args] = makers[this.kind];
    if (command === undefined) return;
    writeFileSync(this.image, '');
    truncateSync(this.image, imageBytes[this.kind]);
    run(command, ...args, this.image);
  }

  private mount(): void {
    const {directory, image, kind} = this;
    const isMemory = kind === 'tmpfs';
    const options = isMemory ? `size=${imageBytes.tmpfs}` : 'loop';
    const from = isMemory ? 'tmpfs' : image;
    run('mount', '-t', kind, '-o', options, from, directory);
    this.isMounted = true;
  }

  /** Nothing can be written from now on. */
  makeReadOnly(): void {
    run('mount', '-o', 'remount,ro', this.directory);
  }

  /**
   * Cuts the power: nothing reaches the disk from now on. What a process says
   * afterwards counts for nothing, for the kernel may report a sync that runs
   * meanwhile as done, although it was not; so that process is stopped first.
   */
  cutPower(writer: number): void {
    try {
      run('perl', '-e', shutdownScript, this.directory, `${writer}`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      process.kill(writer, 'SIGSTOP');
      run('xfs_io', '-x', '-c', 'shutdown', this.directory);
    }
  }

  /** Switches on again, with what is on the disk. */
  switchOn(): void {
    this.unmount();
    this.mount();
  }

  private unmount(): void {
    if (!this.isMounted) return;
    run('umount', this.directory);
    this.isMounted = false;
  }

  /** Leaves nothing behind. */
  remove(): void {
    this.unmount();
    rmSync(this.place, {recursive: true, force: true});
  }
}

/**
 * XFS_IOC_GOINGDOWN without flushing the log, which ext4 has as well. It comes
 * right after the process was stopped, so that it meets syncs half done, which
 * the start of another program would wait for.
 */
const shutdownScript = `
  my ($directory, $writer) = @ARGV;
  open(my $file, '<', $directory) or die "open: $!";
  my $flags = pack('L', 2);
  kill('STOP', $writer) or die "kill: $!";
  ioctl($file, 0x8004587d, $flags) or die "ioctl: $!";
`;
