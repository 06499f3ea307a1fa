import * as fc from 'fast-check';
import {compareWith} from '../../testing';
import {makeDataSource} from '../support/connector/data-source';
import {realDatabases} from '../support/dialects/real-database';
import {runScript, scripts} from '../support/dialects/random-script';

(async () => {
  const name = process.argv[2] ?? 'pglite';
  const count = Number(process.argv[3] ?? 50);
  const seed = Number(process.argv[4] ?? 1);
  const real = await realDatabases[name]!();
  const theirs = await real.open();
  const seen = new Map<string, [number, string]>();
  let n = 0;
  const t0 = Date.now();
  for (const script of fc.sample(scripts(40), {seed, numRuns: count})) {
    const ours = makeDataSource({emulate: {...real.emulate, hazards: 'copy'}});
    const {difference, statements, text} = await compareWith(ours as any, theirs, ds => runScript(ds, script));
    n += difference ? difference.number : statements;
    if (difference) {
      if (difference.number < 2) continue;
      const strip = (a: any) => a && 'error' in a ? `${a.error.code ?? ''} ${String(a.error.message).replace(/"[^"]*"/g, '""')}` : 'value';
      const key = `${difference.statement.split('(')[0]} | ${strip(difference.answer)} | ${strip(difference.otherAnswer)}`;
      const old = seen.get(key);
      seen.set(key, [(old?.[0] ?? 0) + 1, old?.[1] ?? text.replace(/"x{60,}/g, '"xx..') + '\n  ' + JSON.stringify(script.properties)]);
    }
  }
  for (const [key, [times, text]] of [...seen].sort((a, b) => b[1][0] - a[1][0])) console.log(`#### ${times}x ${key}\n${text.split('\n').map(l => l.slice(0, 600)).join('\n')}`);
  console.log(n, 'statements', seen.size, 'kinds', Date.now() - t0, 'ms');
  await real.drop();
  process.exit(0);
})();
