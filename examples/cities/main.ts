import {SingleBar} from 'cli-progress';
import {CitiesApplication} from './application';
import {load} from './load';

/** Loads the data, serves it, and says where and what to try. */
async function main(): Promise<void> {
  const host = process.env['HOST'] ?? '127.0.0.1';
  const port = Number(process.env['PORT'] ?? 3000);
  const app = new CitiesApplication({
    rest: {host, port, gracePeriodForClose: 1_000},
    shutdown: {signals: ['SIGINT', 'SIGTERM']},
  });
  const start = process.hrtime.bigint();
  const loaded = await loadWithProgress(app);
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  await app.start();
  const url = app.restServer.url!;
  const mebibytes = Math.round(process.memoryUsage().rss / 2 ** 20);
  console.log(
    `${loaded.cities.toLocaleString('en')} cities and ` +
      `${loaded.countries} countries in ${seconds.toFixed(1)} s; ` +
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
  const reason =
    error.code === 'EADDRINUSE'
      ? `${error.message}. Choose another port: PORT=3001 npm start`
      : error;
  console.error('The example could not start:', reason);
  process.exitCode = 1;
});
