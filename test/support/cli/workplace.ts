import assert from 'node:assert/strict';
import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';

/** The program, as a script for Node.js. */
export const program = path.resolve(__dirname, '../../../lib/cli/main.js');
const application = path.resolve(__dirname, 'application.js');

/** What a run of the program gave. */
export interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A directory for the files of a test, with blanks and umlauts in its path. */
export class Workplace {
  readonly directory = mkdtempSync(path.join(tmpdir(), 'com mand-ä-'));
  readonly file = this.path('my data.json');
  readonly journal = `${this.file}.journal`;

  path(name: string): string {
    return path.join(this.directory, name);
  }

  /** Runs the program, and makes sure that no stack trace is shown. */
  run(words: readonly string[], input = ''): Result {
    const child = spawnSync(process.execPath, [program, ...words], {
      cwd: this.directory,
      encoding: 'utf8',
      input,
      maxBuffer: 1 << 28,
    });
    const {status, stdout, stderr} = child;
    assert.doesNotMatch(stderr, /\n\s+at /);
    assert.ok(stderr.split('\n').length <= 2, `one line: ${stderr}`);
    return {status, stdout, stderr};
  }

  /** Runs the program with --json; its exit code must be as expected. */
  json(words: readonly string[], status = 0): any {
    const result = this.run([...words, '--json']);
    assert.equal(result.status, status, result.stderr + result.stdout);
    return JSON.parse(result.stdout);
  }

  /** The rows of a dump, or of one model. */
  dump(file = this.file, ...words: string[]): any[] {
    const {status, stdout, stderr} = this.run(['dump', file, ...words]);
    assert.equal(status, 0, stderr);
    return linesOf(stdout).map(line => JSON.parse(line));
  }

  /** Makes the files of an application, see `application.ts`. */
  make(end: 'close' | 'kill' | 'more', rows = 10, file = this.file): void {
    const words = [application, file, String(rows), end];
    const {stderr} = spawnSync(process.execPath, words, {encoding: 'utf8'});
    assert.equal(stderr, '');
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

/** The lines of a text, without the empty one at its end. */
export function linesOf(text: string): string[] {
  return text.split('\n').filter(line => line !== '');
}
