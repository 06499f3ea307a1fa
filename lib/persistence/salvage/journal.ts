import {InMemoryError} from '../../base/errors';
import {
  decodeCommit,
  type TableChange,
  type UnknownMembers,
} from '../journal/commit-codec';
import {type Damage, damageOf} from '../disk/damage';
import {type FileSystem, realFileSystem} from '../disk/file-system';
import {
  decodeRecordHead,
  type JournalHeader,
  newline,
  recordBytes,
  recordChecksum,
  recordHeadBytes,
} from '../journal/format';
import {JournalReader, type TornTail} from '../journal/reader';
import {readBytes} from '../data-file/plain-files';

/** What a journal holds, damaged or not. */
export interface SalvagedJournal {
  /** Undefined when it cannot be read. */
  readonly header: JournalHeader | undefined;
  /** The version of its format; undefined when that cannot be read. */
  readonly version: number | undefined;
  /** The commits up to the damage, all of them if there is none. */
  readonly commits: readonly (readonly TableChange[])[];
  /** The commits behind the damage whose checksums are right. */
  readonly later: readonly LaterCommit[];
  readonly torn: TornTail | undefined;
  /** What is wrong; the first one is where reading stops. */
  readonly damages: readonly Damage[];
}

/** A sound commit that stands behind damage. */
export interface LaterCommit {
  readonly sequence: number;
  readonly offset: number;
  readonly changes: readonly TableChange[];
}

/**
 * Reads a journal as far as it is sound, and then looks for sound records behind
 * the damage. Fails with PERSISTENCE_FAILED, and with DATA_TOO_NEW when the
 * journal is for newer readers: then nothing here can judge it.
 */
export function salvageJournal(
  journal: string,
  fileSystem: FileSystem = realFileSystem,
): SalvagedJournal {
  const commits: (readonly TableChange[])[] = [];
  let reader: JournalReader | undefined;
  let nextSequence = 0;
  try {
    reader = JournalReader.open(fileSystem, journal);
    nextSequence = reader.header?.firstSequence ?? 0;
    for (const {changes, sequence} of reader.records()) {
      commits.push(changes);
      nextSequence = sequence + 1;
    }
    const {header, endOfJournal, version} = reader;
    const {torn} = endOfJournal;
    return {header, version, commits, later: [], torn, damages: []};
  } catch (error) {
    const damage = damageOf(error, journal);
    const {header, version, unknownMembers} = reader ?? {};
    const rest = readBytes(journal) ?? Buffer.alloc(0);
    const behind = new LaterRecords(journal, rest, unknownMembers);
    behind.readAll(damage.offset ?? 0, nextSequence);
    const {commits: later} = behind;
    const damages = [damage, ...behind.damages];
    return {header, version, commits, later, torn: undefined, damages};
  } finally {
    reader?.close();
  }
}

/**
 * The records behind damage. Each line begins with the checksum that the line
 * before it ends with, so a record is sound when its checksum follows from what
 * the damaged line says is its own checksum, or from what that would rightly be.
 */
class LaterRecords {
  readonly commits: LaterCommit[] = [];
  readonly damages: Damage[] = [];

  constructor(
    private readonly journal: string,
    private readonly bytes: Buffer,
    private readonly unknown: UnknownMembers | undefined,
  ) {}

  readAll(damagedAt: number, firstSequence: number): void {
    let sequence = firstSequence;
    let line = this.lineAt(damagedAt);
    while (line.end < this.bytes.length) {
      const previous = line;
      line = this.lineAt(previous.end);
      const commit = this.commitIn(line, previous, sequence);
      if (commit !== undefined) {
        this.commits.push(commit);
        sequence = commit.sequence + 1;
      } else this.note(line);
    }
  }

  /** The line that begins at a byte, with its newline. */
  private lineAt(start: number): JournalLine {
    const found = this.bytes.indexOf(newline, start);
    const end = found === -1 ? this.bytes.length : found + 1;
    return {start, end, bytes: this.bytes.subarray(start, end)};
  }

  private commitIn(
    line: JournalLine,
    previous: JournalLine,
    leastSequence: number,
  ): LaterCommit | undefined {
    const head = decodeRecordHead(line.bytes);
    if (head === undefined || head.sequence < leastSequence) return undefined;
    if (recordBytes(head) !== line.bytes.length) return undefined;
    const isSound = checksumsOf(previous.bytes).some(
      checksum => recordChecksum(line.bytes, checksum) === head.checksum,
    );
    if (!isSound) return undefined;
    try {
      const payload = line.bytes.toString('utf8', recordHeadBytes);
      const changes = decodeCommit(payload, this.unknown);
      return {sequence: head.sequence, offset: line.start, changes};
    } catch (error) {
      if (error instanceof InMemoryError) return undefined;
      throw error;
    }
  }

  private note({start}: JournalLine): void {
    const problem = 'no record begins here whose checksum is right';
    this.damages.push({file: this.journal, offset: start, problem});
  }
}

interface JournalLine {
  readonly start: number;
  readonly end: number;
  readonly bytes: Buffer;
}

/** The place of a record's checksum in its line, and of a header's. */
const checksumIn = /^(?:.{22}|\S+ \d{1,9} \d{1,9} )([0-9a-f]{8}) /s;

/** What the checksum of a line may be by which the next one begins. */
function checksumsOf(line: Buffer): number[] {
  const [, digits] =
    checksumIn.exec(line.toString('latin1', 0, maxChecksumEnd)) ?? [];
  return digits === undefined ? [] : [Number.parseInt(digits, 16)];
}

const maxChecksumEnd = 64;
