import assert from 'node:assert/strict';
import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {type Result, runHere} from './in-process';

/** The program, as a script for Node.js. */
export const program = path.resolve(__dirname, '../../../bundle/cli.js');
const application = path.resolve(__dirname, 'application.js');
const dataFile = 'my data.json';

/** A directory for the files of a test, with blanks and umlauts in its path. */
export class Workplace {
  readonly directory = mkdtempSync(path.join(tmpdir(), 'com mand-ä-'));
  readonly file = this.path(dataFile);
  readonly journal = `${this.file}.journal`;

  /** The name of the file. */
  readonly name = dataFile;

  path(name: string): string {
    return path.join(this.directory, name);
  }

  /**
   * Runs the program within this process, which takes a tenth of the time of
   * one of its own, and makes sure that no stack trace is shown.
   */
  async run(words: readonly string[], input = ''): Promise<Result> {
    return tidy(await runHere(words, this.directory, input));
  }

  /** As {@link run}, in a process of its own. */
  runAlone(words: readonly string[], input = ''): Result {
    const child = spawnSync(process.execPath, [program, ...words], {
      cwd: this.directory,
      encoding: 'utf8',
      input,
      maxBuffer: 1 << 28,
    });
    return tidy(child);
  }

  /** Runs the program with --json; its exit code must be as expected. */
  async json(words: readonly string[], status = 0): Promise<any> {
    const result = await this.run([...words, '--json']);
    assert.equal(result.status, status, result.stderr + result.stdout);
    return JSON.parse(result.stdout);
  }

  /** The rows of a dump, or of one model. */
  async dump(file = this.file, ...words: string[]): Promise<any[]> {
    const {status, stdout, stderr} = await this.run(['dump', file, ...words]);
    assert.equal(status, 0, stderr);
    return linesOf(stdout).map(line => JSON.parse(line));
  }

  /**
   * Makes the files of an application, see `application.ts`. They are copies
   * where an application has left the like before.
   */
  make(end: End, rows = 10, file = this.file): void {
    for (const [suffix, bytes] of filesLeft(end, rows)) {
      writeFileSync(`${file}${suffix}`, bytes);
    }
  }

  /** An application that owns the file; to be killed. */
  async live(): Promise<ChildProcess> {
    const words = [application, this.file, '10', 'live'];
    const child = spawn(process.execPath, words, {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    return child;
  }

  /** Changes the text of a file. */
  edit(file: string, change: (text: string) => string): void {
    writeFileSync(file, change(readFileSync(file, 'latin1')), 'latin1');
  }

  /** Removes everything. */
  remove(): void {
    rmSync(this.directory, {recursive: true});
  }
}

function tidy({status, stdout, stderr}: Result): Result {
  assert.doesNotMatch(stderr, /\n\s+at /);
  assert.ok(stderr.split('\n').length <= 2, `one line: ${stderr}`);
  return {status, stdout, stderr};
}

/** How an application ends that leaves its files behind. */
type End = 'close' | 'kill' | 'more';

/** Files by what their names end with. */
type Left = readonly (readonly [suffix: string, bytes: Buffer])[];

const left = new Map<string, Left>();

/** The files that an application leaves; the first who asks runs it. */
function filesLeft(end: End, rows: number): Left {
  const known = left.get(`${end} ${rows}`);
  if (known !== undefined) return known;
  const directory = mkdtempSync(path.join(tmpdir(), 'left-'));
  const words = [
    application,
    path.join(directory, dataFile),
    String(rows),
    end,
  ];
  const {stderr} = spawnSync(process.execPath, words, {encoding: 'utf8'});
  assert.equal(stderr, '');
  const files = readdirSync(directory).map(file => {
    const bytes = readFileSync(path.join(directory, file));
    return [file.slice(dataFile.length), bytes] as const;
  });
  rmSync(directory, {recursive: true});
  left.set(`${end} ${rows}`, files);
  return files;
}

/** The lines of a text, without the empty one at its end. */
export function linesOf(text: string): string[] {
  return text.split('\n').filter(line => line !== '');
}
