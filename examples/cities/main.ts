import {once} from 'node:events';
import {createServer} from 'node:net';
import {SingleBar} from 'cli-progress';
import {InMemoryError} from 'loopback-connector-inmemory';
import {CitiesApplication} from './application';
import {load, open} from './load';

/** Opens or loads the data, serves it, and says where and what to try. */
async function main(): Promise<void> {
  const host = process.env['HOST'] || '127.0.0.1';
  const port = portOf(process.env['PORT'] || '3000');
  await checkIsFree(host, port);
  const file = process.env['FILE'] || undefined;
  const app = new CitiesApplication({
    rest: {host, port, gracePeriodForClose: 1_000},
    shutdown: {signals: ['SIGINT', 'SIGTERM']},
    file,
    explain: process.env['EXPLAIN'] === '1',
  });
  let seconds = stopwatch();
  const found = await open(app);
  if (file !== undefined) {
    console.log(`Opened ${file} in ${seconds().toFixed(1)} s.`);
  }
  seconds = stopwatch();
  const {cities, countries} = found ?? (await loadWithProgress(app));
  if (found === undefined) {
    console.log(`Loaded the data in ${seconds().toFixed(1)} s.`);
  }
  await app.start();
  const url = app.restServer.url!;
  const mebibytes = Math.round(process.memoryUsage().rss / 2 ** 20);
  console.log(
    `${cities.toLocaleString('en')} cities and ${countries} countries; ` +
      `the process uses ${mebibytes} MiB.`,
  );
  console.log(`Explorer: ${url}/explorer\n\nTry:\n`);
  for (const {title, path, filter} of examples) {
    console.log(`# ${title}`);
    console.log(
      `curl -G ${url}${path} --data-urlencode 'filter=${JSON.stringify(filter)}'\n`,
    );
  }
}

/** The port in a text. Fails with a sentence where it is none. */
function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new Refusal(
    `PORT cannot be ${JSON.stringify(text)}; it must be a number from 0 to ` +
      '65535: PORT=3001 npm start',
  );
}

/** Fails where nobody could listen, before the data are loaded for nothing. */
async function checkIsFree(host: string, port: number): Promise<void> {
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}

/** What a sentence says all about. */
class Refusal extends Error {}

/** A function that tells how many seconds have passed since now. */
function stopwatch(): () => number {
  const start = performance.now();
  return () => (performance.now() - start) / 1_000;
}

const examples = [
  {
    title: 'the ten biggest cities of Japan',
    path: '/cities',
    filter: {where: {country: 'JP'}, order: 'population DESC', limit: 10},
  },
  {
    title: 'the five cities nearest to the Matterhorn',
    path: '/cities',
    filter: {
      where: {position: {near: {lat: 45.976, lng: 7.658}, unit: 'kilometers'}},
      limit: 5,
    },
  },
  {
    title: 'Brazil with its five biggest cities',
    path: '/countries/BR',
    filter: {
      include: [
        {relation: 'cities', scope: {order: 'population DESC', limit: 5}},
      ],
    },
  },
];

async function loadWithProgress(
  app: CitiesApplication,
): ReturnType<typeof load> {
  if (!process.stdout.isTTY) return load(app);
  const bar = new SingleBar({
    format: 'Loading cities {bar} {percentage} % | {value}/{total}',
    hideCursor: true,
    clearOnComplete: true,
  });
  try {
    return await load(app, (done, total) => {
      if (done === 0) bar.start(total, 0);
      else bar.update(done);
    });
  } finally {
    bar.stop();
  }
}

main().catch((error: NodeJS.ErrnoException) => {
  console.error('The example could not start:', reasonOf(error));
  process.exit(1);
});

/** What went wrong: in a sentence where it is known, else with a stack. */
function reasonOf(error: NodeJS.ErrnoException): string | Error {
  switch (error.code) {
    case 'EADDRINUSE':
    case 'EACCES':
      if (error.syscall !== 'listen') break;
      return `${error.message}. Choose another port: PORT=3001 npm start`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${error.message}. Choose another address: HOST=127.0.0.1 npm start`;
  }
  const isSentence = error instanceof InMemoryError || error instanceof Refusal;
  return isSentence ? error.message : error;
}
