import net from 'node:net';
import {InMemoryError} from '../base/errors';
import {isObject} from '../base/objects';
import {databaseConnectors} from '../dialects/connector-names';
import {jugglerClass} from './fork';
import {connectorName, inMemoryNames, settingsGiven} from './replacement';

/*
 * What sees to it that nothing reaches a database whose datasource was replaced:
 *
 *   the old datasource      its connector does not connect any more
 *   a new datasource        the juggler makes none with that connector
 *   a driver of its own     no socket is opened to where the server is
 *
 * until the application stops. Sockets and classes are there for all copies of this
 * package in a process (jest loads one for each test file), so what is refused is
 * kept with them.
 */

/** A database that is not to be reached. */
export interface RealDatabase {
  /** The datasource that had it. */
  readonly name: string;
  /** The name of its connector, as far as it is known. */
  readonly connector: string | undefined;
  /** `host:port`, and the paths of sockets. */
  readonly addresses: readonly string[];
  /** Whether another datasource of the application may have the same server. */
  readonly isShared: boolean;
}

type Settings = Readonly<Record<string, unknown>>;

/** The database that settings lead to. */
export function realDatabase(
  name: string,
  settings: Settings,
  isShared: boolean,
): RealDatabase {
  const connector = connectorName(settings['connector']);
  return {
    name,
    connector,
    addresses: addressesOf(settings, connector),
    isShared,
  };
}

function addressesOf(
  settings: Settings,
  connector: string | undefined,
): string[] {
  const {port: usual} = databaseConnectors[connector ?? ''] ?? {};
  const hosts = hostsIn(settings['url']) ?? [hostOf(settings)];
  const port = settings['port'] ?? usual;
  const {socketPath} = settings;
  const paths = typeof socketPath === 'string' ? [socketPath] : [];
  return [...paths, ...hosts.flatMap(host => addressOf(host, port) ?? [])];
}

function hostOf({host, hostname}: Settings): string {
  const given = host ?? hostname;
  return typeof given === 'string' && given !== '' ? given : 'localhost';
}

/** `host` or `host:port`, of which a URL of MongoDB has several. */
function hostsIn(url: unknown): string[] | undefined {
  if (typeof url !== 'string') return undefined;
  const [, hosts] = /^[\w+-]+:\/\/(?:[^/]*@)?([^/?]+)/.exec(url) ?? [];
  return hosts?.split(',');
}

function addressOf(host: string, given: unknown): string | undefined {
  const port =
    typeof given === 'number' || typeof given === 'string' ? given : '';
  // PostgreSQL calls the folder of a socket a host.
  if (host.startsWith('/')) return `${host}/.s.PGSQL.${port}`;
  const [, name, own] = /^(.*?|\[.*\])(?::(\d+))?$/.exec(host) ?? [];
  const number = own ?? port;
  if (name === undefined || number === '') return undefined;
  return `${hostNamed(name)}:${number}`;
}

const local = new Set(['localhost', '127.0.0.1', '::1', '[::1]', '0.0.0.0']);

function hostNamed(name: string): string {
  return local.has(name) ? 'localhost' : name.toLowerCase();
}

const refusedKey: unique symbol = Symbol.for(
  'loopback-connector-inmemory.refused',
);

interface Refusing {
  [refusedKey]?: Set<RealDatabase>;
}

/** What is refused by something that was mended once to look there. */
function refusedBy(place: object, mend: (refused: Set<RealDatabase>) => void) {
  const holder = place as Refusing;
  if (!Object.hasOwn(holder, refusedKey)) {
    const refused = new Set<RealDatabase>();
    Object.defineProperty(holder, refusedKey, {value: refused});
    mend(refused);
  }
  return holder[refusedKey]!;
}

/**
 * Has everything that would reach a database fail, until the function that is
 * returned is called. `dataSource` is an instance or prototype of the juggler's class.
 */
export function refuse(real: RealDatabase, dataSource: object): () => void {
  const {prototype} = jugglerClass(dataSource) as unknown as Juggler;
  const places = [
    refusedBy(prototype, refused => refuseDataSources(prototype, refused)),
  ];
  if (!real.isShared)
    places.push(refusedBy(net.Socket.prototype, refuseSockets));
  for (const place of places) place.add(real);
  return () => {
    for (const place of places) place.delete(real);
  };
}

interface Juggler {
  readonly prototype: {
    setup: (this: object, first: unknown, second: unknown) => void;
  };
}

function refuseDataSources(
  prototype: Juggler['prototype'],
  refused: ReadonlySet<RealDatabase>,
): void {
  const {setup} = prototype;
  prototype.setup = function (first, second) {
    if (refused.size > 0) checkNew(settingsGiven(first, second), refused);
    setup.call(this, first, second);
  };
}

/** Fails where settings of a new datasource lead to a database that was replaced. */
function checkNew(
  {connector, name}: Settings,
  refused: ReadonlySet<RealDatabase>,
): void {
  const word = connectorName(connector);
  if (word === undefined || inMemoryNames.has(word)) return;
  for (const real of refused) {
    if (real.connector !== word) continue;
    if (real.isShared && real.name !== name) continue;
    const subject =
      typeof name === 'string' ? `The datasource ${name}` : 'A datasource';
    throw unreachable(
      real,
      `${subject} was about to be made with the connector ${word}`,
      'Have it bound in the application, so that it is replaced too',
    );
  }
}

interface Destroyable {
  destroy(error: Error): void;
}

function refuseSockets(refused: ReadonlySet<RealDatabase>): void {
  const {prototype} = net.Socket as unknown as {
    prototype: {
      connect: (this: Destroyable, ...args: unknown[]) => unknown;
    };
  };
  const {connect} = prototype;
  prototype.connect = function (...args) {
    const address = refused.size > 0 ? addressIn(args) : undefined;
    for (const real of address === undefined ? [] : refused) {
      if (!real.addresses.includes(address!)) continue;
      const error = unreachable(
        real,
        `A connection to ${address} was about to be opened`,
        'Find who opens it by the stack of this error',
      );
      // As a server that does not answer; drivers reject what waits for it.
      process.nextTick(() => this.destroy(error));
      return this;
    }
    return connect.apply(this, args);
  };
}

/** Where a socket is to lead, by what its `connect` was given. */
function addressIn(args: readonly unknown[]): string | undefined {
  // `net.connect` hands on a list of what it was given.
  const given = (Array.isArray(args[0]) ? args[0] : args) as unknown[];
  const [first, second] = given;
  if (isObject(first)) {
    const {host, path, port} = first as Settings;
    if (typeof path === 'string') return path;
    return addressOf(typeof host === 'string' ? host : 'localhost', port);
  }
  return typeof first === 'number' || /^\d+$/.test(String(first))
    ? addressOf(typeof second === 'string' ? second : 'localhost', first)
    : String(first);
}

/** By which methods a connector that is not connected would reach its database. */
const reaching = [
  'connect',
  'ping',
  'execute',
  'executeSQL',
  'command',
  'query',
];

/** Has a datasource that was replaced fail where somebody still has it. */
export function disable(old: object, real: RealDatabase): void {
  const {connector} = old as {connector?: Record<string, unknown>};
  if (!isObject(connector)) return;
  for (const method of reaching) {
    if (typeof connector[method] !== 'function') continue;
    const failing = (...args: unknown[]): Promise<never> | undefined => {
      const error = unreachable(
        real,
        'Somebody who got it before still uses it',
        'Call givenInMemoryDb() before repositories and services are made',
      );
      const callback = args.at(-1);
      if (typeof callback !== 'function') return Promise.reject(error);
      process.nextTick(callback, error);
      return undefined;
    };
    // Some inherit getters of that name.
    Object.defineProperty(connector, method, {
      value: failing,
      configurable: true,
    });
  }
}

/** The error of what would reach the database of a datasource. */
export function unreachable(
  {connector, name}: Pick<RealDatabase, 'connector' | 'name'>,
  what: string,
  advice: string,
): InMemoryError {
  const was =
    connector === undefined ? '' : `, whose connector is ${connector},`;
  return new InMemoryError(
    'INVALID_SETTING',
    `The datasource ${name}${was} was replaced by givenInMemoryDb(), and its database ` +
      `must not be reached. ${what}. ${advice}.`,
    {property: 'dataSources', value: name},
  );
}
