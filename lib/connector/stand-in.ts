import {EventEmitter} from 'node:events';
import Module from 'node:module';
import path from 'node:path';
import {initialize} from './initialize';
import type {Callback, DataSource} from './loopback';
import {settingsFrom, withDefaults} from './stand-in-settings';

/*
 * How the name `memory` comes to mean this connector. The juggler finds the
 * built-in connector by a file of its own, before it looks for any package, and
 * calls `initialize` of what that file exports. So that one function is replaced,
 * in each copy of the juggler, as soon as the copy loads the file. Its other
 * exports stay, for the juggler filters points and embedded models with them.
 *
 *   node, mocha, vitest   Module.prototype.load loads each file
 *   jest                  has its own modules for each test file, and hands us
 *                         `jest`, with which the file of these can be replaced
 */

/** The module of the built-in connector. */
interface BuiltIn {
  initialize(dataSource: DataSource, callback?: Callback): void;
  [taken]?: true;
}

/** Marks a built-in connector whose `initialize` is ours already. */
const taken: unique symbol = Symbol.for('loopback-connector-inmemory.taken');

/** What the modules that jest runs are given, as far as it is needed. */
interface Jest {
  mock(file: string, factory: () => unknown): unknown;
  requireActual(file: string): unknown;
}

/** Where {@link standIn} does so. */
interface Surroundings {
  /** Settings of all datasources that do not set them, as JSON. */
  readonly settings: string | undefined;
  readonly require: NodeJS.Require;
  readonly jest: Jest | undefined;
}

/**
 * Makes `connector: 'memory'` mean this connector in this process from here on,
 * for every copy of the juggler. At the end of the process one line on stderr
 * tells how many datasources that concerned. Fails with INVALID_SETTING.
 */
export function standIn({settings: text, require, jest}: Surroundings): void {
  const settings = settingsFrom(text);
  const count = counter(text);
  const take = (builtIn: BuiltIn) => {
    if (builtIn[taken]) return;
    builtIn[taken] = true;
    builtIn.initialize = (dataSource, callback) => {
      count();
      Object.assign(dataSource.settings, withDefaults(dataSource, settings));
      initialize(dataSource, callback);
    };
  };
  if (jest) takeInJest(jest, require, take);
  else takeWhenLoaded(require, take);
}

/** Takes the built-in connectors that there are, and each that is loaded later. */
function takeWhenLoaded(
  require: NodeJS.Require,
  take: (builtIn: BuiltIn) => void,
): void {
  for (const module of Object.values(require.cache)) {
    if (module?.loaded && isBuiltIn(module.filename, require)) {
      take(module.exports);
    }
  }
  const {load} = prototype;
  prototype.load = function (filename) {
    load.call(this, filename);
    if (isBuiltIn(filename, require)) take(this.exports);
  };
}

/**
 * By its `load` each file is loaded that is required, whatever compiles it; what
 * others put into `Module._extensions` may hide what was there before.
 */
const {prototype} = Module as unknown as {
  prototype: NodeJS.Module & {
    load: (this: NodeJS.Module, filename: string) => void;
  };
};

const builtInFile = /[\\/]lib[\\/]connectors[\\/]memory\.js$/;

/** Whether a file is the built-in connector of some copy of the juggler. */
function isBuiltIn(filename: string, require: NodeJS.Require): boolean {
  if (!builtInFile.test(filename)) return false;
  try {
    const manifest = path.resolve(filename, '../../../package.json');
    return require(manifest).name === 'loopback-datasource-juggler';
  } catch {
    return false;
  }
}

/**
 * Has jest replace the built-in connectors of the application and of its
 * LoopBack by themselves, with our `initialize`; also after `resetModules`.
 */
function takeInJest(
  jest: Jest,
  require: NodeJS.Require,
  take: (builtIn: BuiltIn) => void,
): void {
  for (const file of builtInFiles(require)) {
    jest.mock(file, () => {
      const builtIn = jest.requireActual(file) as BuiltIn;
      take(builtIn);
      return builtIn;
    });
  }
}

/** The packages by which applications come to the juggler. */
const dependents = [
  '@loopback/repository',
  '@loopback/testlab',
  '@loopback/service-proxy',
  'loopback',
];

/** The files of the built-in connector that can be found from the working directory. */
function builtInFiles(require: NodeJS.Require): Set<string> {
  const find = (name: string, from: string) => {
    try {
      return [require.resolve(name, {paths: [from]})];
    } catch {
      return [];
    }
  };
  const places = [
    process.cwd(),
    ...dependents
      .flatMap(name => find(name, process.cwd()))
      .map(file => path.dirname(file)),
  ];
  const file = 'loopback-datasource-juggler/lib/connectors/memory.js';
  return new Set(places.flatMap(place => find(file, place)));
}

/** How many datasources have been taken in this process. */
interface Count {
  datasources: number;
  tellFirst(): void;
}

const countKey = Symbol.for('loopback-connector-inmemory.count');

/**
 * What counts a datasource of this process. The first call sees to the line on
 * stderr.
 */
function counter(settings: string | undefined): () => void {
  const process = realProcess();
  const count = (process[countKey] ??= reported(process, settings));
  return () => {
    count.datasources++;
    if (count.datasources === 1) count.tellFirst();
  };
}

/** A new count, which is told at the end of a process. */
function reported(process: Process, settings: string | undefined): Count {
  const also = settings ? ` (INMEMORY_SETTINGS=${settings})` : '';
  const tell = (verb: string, extent: string) =>
    process.stderr.write(
      `loopback-connector-inmemory/register: connector 'memory' ${verb} ` +
        `loopback-connector-inmemory in ${extent} of process ${process.pid}${also}.\n`,
    );
  // Vitest kills its processes: they have no end at which to tell anything.
  if (process.env['VITEST'] !== undefined) {
    return {datasources: 0, tellFirst: () => tell('is', 'all datasources')};
  }
  const count = {datasources: 0, tellFirst: () => undefined};
  process.on('exit', () => {
    const {datasources} = count;
    const noun = datasources === 1 ? 'datasource' : 'datasources';
    tell('was', `${datasources} ${noun}`);
  });
  return count;
}

type Process = NodeJS.Process & {[countKey]?: Count};

/**
 * The process, which is there longer than the file that jest runs: what such a
 * file knows by that name is a copy whose listeners are never called.
 */
function realProcess(): Process {
  const outside = EventEmitter.constructor as FunctionConstructor;
  return outside('return process')() as Process;
}
