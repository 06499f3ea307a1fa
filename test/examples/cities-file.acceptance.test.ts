import assert from 'node:assert/strict';
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {createInterface} from 'node:readline';

describe('The cities example with a file', () => {
  const main = path.resolve(__dirname, '../../examples/cities/main.js');
  const folder = mkdtempSync(path.join(tmpdir(), 'cities-'));
  const file = path.join(folder, 'world.json');
  let child: ChildProcess | undefined;

  afterEach(() => {
    child?.kill('SIGKILL');
  });

  after(() => rmSync(folder, {recursive: true, force: true}));

  /** Starts the example as `npm start` does; what it printed, and its address. */
  async function start(): Promise<{printed: string; url: string}> {
    child = spawn(process.execPath, [main], {
      env: {...process.env, FILE: file, HOST: '127.0.0.1', PORT: '0'},
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    for await (const line of createInterface({input: child.stdout!})) {
      printed += `${line}\n`;
      const url = /^Explorer: (.+)\/explorer$/.exec(line)?.[1];
      if (url !== undefined) return {printed, url};
    }
    throw new Error(`The example ended before it served:\n${printed}`);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ended = once(child!, 'exit');
    child!.kill(signal);
    await ended;
  }

  async function post(url: string, city: object): Promise<{id: number}> {
    const response = await fetch(`${url}/cities`, {
      method: 'POST',
      headers: {'content-type': 'application/json'},
      body: JSON.stringify(city),
    });
    assert.equal(response.status, 200);
    return (await response.json()) as {id: number};
  }

  async function get(url: string): Promise<unknown> {
    const response = await fetch(url);
    assert.equal(response.status, 200);
    return await response.json();
  }

  it('keeps what was posted over a kill -9', async () => {
    const position = {lat: 47.1, lng: 9.5};
    const city = {name: 'Testdorf', country: 'LI', population: 5, position};

    const first = await start();
    assert.match(first.printed, /^Opened .*world\.json in [\d.]+ s\.$/m);
    assert.match(first.printed, /^Loaded the data in /m);
    const {id} = await post(first.url, city);
    await end('SIGKILL');

    const second = await start();
    assert.doesNotMatch(second.printed, /Loaded/);
    assert.match(second.printed, /^135,234 cities and 250 countries;/m);
    assert.deepEqual(await get(`${second.url}/cities/${id}`), {...city, id});
    const next = await post(second.url, {...city, name: 'Neudorf'});
    assert.ok(next.id > id, 'ids go on after those that were given');
    await end('SIGTERM');

    const {models} = JSON.parse(readFileSync(file, 'utf8'));
    assert.equal(Object.keys(models.City).length, 135_235);
    assert.equal(JSON.parse(models.City[next.id]).name, 'Neudorf');
  }).timeout(180_000);
});
