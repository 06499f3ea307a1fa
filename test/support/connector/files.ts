import {type ChildProcess, fork} from 'node:child_process';
import {once} from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {DataSource} from 'loopback-datasource-juggler';
import {makeDataSource, type Model, type TestDataSource} from './data-source';

/** The properties of most models of these tests. */
export const properties = {id: {type: Number, id: true}, n: Number};

/** A directory of the test's own, and the datasources that it has opened. */
export class Files {
  private readonly directory = fs.mkdtempSync(
    path.join(os.tmpdir(), 'inmemory-file-'),
  );
  private readonly opened: TestDataSource[] = [];
  private readonly children: ChildProcess[] = [];

  at(...names: string[]): string {
    return path.join(this.directory, ...names);
  }

  /** A connected datasource on a file of the directory. */
  async open(settings: object = {}, name = 'db.json'): Promise<TestDataSource> {
    const dataSource = this.make(settings, name);
    await dataSource.connect();
    return dataSource;
  }

  /** A datasource that connects when it is told to, or first used. */
  make(settings: object = {}, name = 'db.json'): TestDataSource {
    const dataSource = makeDataSource({
      file: this.at(name),
      lazyConnect: true,
      ...settings,
    });
    // Failures of connect are told to its caller as well.
    (dataSource as unknown as NodeJS.EventEmitter).on('error', () => undefined);
    this.opened.push(dataSource);
    return dataSource;
  }

  /** Has a datasource disconnected at the end. */
  adopt(dataSource: TestDataSource): void {
    this.opened.push(dataSource);
  }

  /** Runs a function on a connected datasource, and disconnects it. */
  async with<T>(
    run: (dataSource: TestDataSource) => T | Promise<T>,
    settings: object = {},
  ): Promise<T> {
    const dataSource = await this.open(settings);
    const result = await run(dataSource);
    await dataSource.disconnect();
    return result;
  }

  /** Writes a file of the directory; all but texts as JSON. */
  write(content: unknown, name = 'db.json'): void {
    const text =
      typeof content === 'string' ? content : JSON.stringify(content);
    fs.writeFileSync(this.at(name), text);
  }

  has(name: string): boolean {
    return fs.existsSync(this.at(name));
  }

  copy(from: string, to: string): void {
    fs.copyFileSync(this.at(from), this.at(to));
  }

  text(name = 'db.json'): string {
    return fs.readFileSync(this.at(name), 'utf8');
  }

  json(name = 'db.json'): {
    ids: Record<string, number>;
    models: Record<string, Record<string, string>>;
    [member: string]: unknown;
  } {
    return JSON.parse(this.text(name));
  }

  /** The rows of a model as a data file has them. */
  rows(model: string, name = 'db.json'): Record<string, unknown>[] {
    const rows = this.json(name).models[model] ?? {};
    return Object.values(rows).map(row => JSON.parse(row));
  }

  /** Names, bytes and times of all files, but that which says who owns them. */
  state(): string[] {
    return fs
      .readdirSync(this.directory)
      .filter(name => !name.endsWith('.lock'))
      .map(name => {
        const {ino, mtimeNs, size} = fs.statSync(this.at(name), {bigint: true});
        return `${name} ${ino} ${mtimeNs} ${size} ${this.text(name)}`;
      });
  }

  /** What is there besides the data file, its journal and its lock. */
  strays(name = 'db.json'): string[] {
    const known = new Set([name, `${name}.journal`, `${name}.lock`]);
    return fs.readdirSync(this.directory).filter(file => !known.has(file));
  }

  /** A process of its own that owns a file; see file-child.ts. */
  async spawn(settings: object = {}, name = 'db.json'): Promise<Owner> {
    const script = path.join(__dirname, 'file-child.js');
    const words = [JSON.stringify({file: this.at(name), ...settings})];
    // Without the flags of the tests, which would have it read source maps.
    const env = {...process.env, NODE_NO_WARNINGS: '1'};
    const child = fork(script, words, {execArgv: [], env});
    this.children.push(child);
    await once(child, 'message');
    return new Owner(child);
  }

  /** Disconnects all datasources. */
  async disconnect(): Promise<void> {
    for (const dataSource of this.opened) {
      await dataSource.disconnect().catch(() => undefined);
    }
  }

  /** Disconnects all, ends all, and removes the directory. */
  async remove(): Promise<void> {
    for (const child of this.children) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    }
    await this.disconnect();
    fs.rmSync(this.directory, {recursive: true, force: true});
  }
}

/** A child process that owns a data file with the model M. */
export class Owner {
  constructor(private readonly child: ChildProcess) {}

  get pid(): number {
    return this.child.pid!;
  }

  /** What the child answers to an order, see file-child.ts. */
  async ask(order: string, argument?: unknown): Promise<any> {
    this.child.send({order, argument});
    const [answer] = await once(this.child, 'message');
    return answer;
  }

  /** Gives an order after which the child ends; resolves when it has. */
  async end(order: string): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.send({order});
    await ended;
  }

  /** Ends it at once. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
  }
}

/** A datasource of the connector that LoopBack brings along. */
export async function openBuiltIn(file: string): Promise<TestDataSource> {
  const dataSource = new DataSource({connector: 'memory', file});
  await dataSource.connect();
  return dataSource as unknown as TestDataSource;
}

/** All rows of a model as plain objects. */
export async function rowsOf(model: Model, filter = {}): Promise<any[]> {
  const rows: {toObject(): object}[] = await model.find(filter);
  return rows.map(row => row.toObject());
}

/** Resolves when a condition holds. */
export async function until(holds: () => boolean): Promise<void> {
  const endMs = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`never: ${String(holds)}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}
