import {type ChildProcess, fork} from 'node:child_process';
import {once} from 'node:events';
import path from 'node:path';
import type {Answer, Order} from './lock-child';

/** A child process that takes orders about locks. */
export class Locker {
  private readonly child: ChildProcess = fork(
    path.join(__dirname, 'lock-child.js'),
    // Without the flags of the tests, which would have it read source maps.
    {execArgv: []},
  );
  private readonly ended = once(this.child, 'exit');

  get pid(): number {
    return this.child.pid!;
  }

  /** Its answer; one order at a time. Fails when it ends instead. */
  async ask(order: Order): Promise<Answer> {
    const answer = once(this.child, 'message');
    this.child.send(order);
    const ended = this.ended.then(() => {
      throw new Error(`The child ended at ${order.do}.`);
    });
    const [message] = (await Promise.race([answer, ended])) as [Answer];
    return message;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Ends it as a program ends: nothing is released. */
  async exit(): Promise<void> {
    this.child.send({do: 'exit'});
    await this.ended;
  }

  /** Ends it at once, stopped or not. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await this.ended;
  }
}
