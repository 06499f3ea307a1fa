import {runChild} from '../child';
import {chosen, type Outcome, type Part, type Request} from '../part';
import {durationText, numberText, table} from '../report';

const tests = 1000;

/** A database, and what its tests end with. */
interface Contender {
  readonly name: string;
  /** The name that the process knows it by. */
  readonly database: string;
  readonly way: 'destroyAll' | 'automigrate' | 'rollback' | 'restore';
  /** The variable of the environment that names its server. */
  readonly server?: string;
}

const sqlite = 'sqlite3 connector on sql.js (WASM)';
const pglite = 'postgresql connector on PGlite (WASM)';
const postgresql = {database: 'postgresql', server: 'TEST_POSTGRESQL_URL'};
const mariadb = {database: 'mariadb', server: 'TEST_MYSQL_URL'};

const contenders: readonly Contender[] = [
  {name: 'built-in, destroyAll', database: 'built-in', way: 'destroyAll'},
  {name: 'inmemory, destroyAll', database: 'inmemory', way: 'destroyAll'},
  {name: 'inmemory, automigrate', database: 'inmemory', way: 'automigrate'},
  {name: 'inmemory, rollback', database: 'inmemory', way: 'rollback'},
  {name: 'inmemory, restore', database: 'inmemory', way: 'restore'},
  {name: `${sqlite}, destroyAll`, database: 'sqlite', way: 'destroyAll'},
  {name: `${pglite}, destroyAll`, database: 'pglite', way: 'destroyAll'},
  {name: `${pglite}, rollback`, database: 'pglite', way: 'rollback'},
  {name: 'PostgreSQL, destroyAll', ...postgresql, way: 'destroyAll'},
  {name: 'PostgreSQL, rollback', ...postgresql, way: 'rollback'},
  {name: 'MariaDB, destroyAll', ...mariadb, way: 'destroyAll'},
  {name: 'MariaDB, rollback', ...mariadb, way: 'rollback'},
];

interface Costs {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** What one would pick instead: tests that end as they began, on other databases and in other ways. */
export const instead: Part = {
  name: 'instead',
  title: 'What one would pick instead',
  works: [],
  peers: contenders.map(({name}) => name),
  async measure({peers, rows, say}: Request): Promise<Outcome> {
    const count = Math.min(tests, rows);
    let base: number | undefined;
    const lines = chosen(contenders, peers).map(contender => {
      say(`running ${count} tests on ${contender.name}`);
      const costs = measureOne(contender, count);
      if (typeof costs === 'string') return [contender.name, costs, '', ''];
      const {wallMs, cpuMs} = costs;
      base ??= wallMs;
      return [
        contender.name,
        durationText(wallMs),
        `${numberText(wallMs / base)}x`,
        durationText(cpuMs),
      ];
    });
    const heading = ['tests end by', 'a test takes', '', 'processor time'];
    return {targets: [], tables: [table(heading, lines)]};
  },
};

/** What a test takes, or why nobody knows. */
function measureOne(
  {database, way, server}: Contender,
  count: number,
): Costs | string {
  if (server !== undefined && !process.env[server]) {
    return `left out: ${server} names no server`;
  }
  try {
    return runChild('instead', [database, way, `${count}`], {
      flags: [],
    }) as Costs;
  } catch {
    return 'left out: its process failed, and told on stderr why';
  }
}
