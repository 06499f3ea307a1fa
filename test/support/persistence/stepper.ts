import assert from 'node:assert/strict';
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import path from 'node:path';
import type {Order} from './lanes';

/** What a process has said. */
export interface Words {
  /** How many steps of each lane were acknowledged. */
  readonly steps: number[];
  /** The ids of new rows. */
  readonly ids: number[];
  isOpen: boolean;
}

/** A process that makes steps, see crash-child.ts. */
export class Stepper {
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown[]>;
  private text = '';

  constructor(private readonly order: Order) {
    const program = path.join(__dirname, 'crash-child.js');
    const argv = [program, JSON.stringify(order)];
    this.child = spawn(process.execPath, argv, {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.ended = once(this.child, 'close');
    const output = this.child.stdout!.setEncoding('utf8');
    output.on('data', (text: string) => {
      this.text += text;
    });
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Waits until it has said something; fails when it ends before. */
  said(words: string): Promise<void> {
    return this.until(() => this.text.includes(words));
  }

  /** Waits until so many steps were acknowledged. */
  made(steps: number): Promise<void> {
    return this.until(() => this.text.split(/^\d.*\n/m).length > steps);
  }

  private async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      const hasEnded = this.child.exitCode !== null;
      assert.ok(!hasEnded, `the process has ended: ${this.text}`);
      await Promise.race([once(this.child.stdout!, 'data'), this.ended]);
    }
  }

  /** What it has said by now. */
  words(): Words {
    const {steps} = this.order;
    const words: Words = {steps: [...steps], ids: [], isOpen: false};
    for (const line of this.text.split('\n').slice(0, -1)) {
      if (line === 'open') words.isOpen = true;
      if (!/^\d/.test(line)) continue;
      const [lane, step, id] = line.split(' ');
      words.steps[Number(lane)] = Number(step);
      if (id) words.ids.push(Number(id));
    }
    return words;
  }

  /** Kills it; fails when it had ended by itself. Returns all that it said. */
  async kill(): Promise<Words> {
    this.child.kill('SIGKILL');
    await this.ended;
    assert.equal(this.child.signalCode, 'SIGKILL', this.text);
    return this.words();
  }

  /** Kills it if it has not ended by itself. Returns all that it said. */
  async end(): Promise<Words> {
    this.child.kill('SIGKILL');
    await this.ended;
    return this.words();
  }
}
