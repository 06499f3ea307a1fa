import type {InMemoryConnector} from './connector';
import type {Callback, CallbackOrPromise, DataSource} from './loopback';
import {promised} from './respond';

/**
 * Connects a new datasource by the juggler's own `connect`: `connecting` is true
 * meanwhile, and whoever connects too shares this connect. The callback is the
 * juggler's; told of a failure it emits the error, which ends the process where
 * nobody listens, and must not where somebody who waits was told.
 */
export function connectFirst(dataSource: DataSource, callback: Callback): void {
  let isTold = false;
  // As it is called it is no listener any more, and those behind it still are.
  const noteOthers = (): void => {
    isTold = dataSource.listenerCount('error') > 0;
  };
  dataSource.once('error', noteOthers);
  dataSource.connect(error => {
    dataSource.off('error', noteOthers);
    if (!error) return callback(null);
    // Later where it may throw: the juggler swallows what is thrown here.
    if (!isTold) return process.nextTick(callback, error);
    dataSource.on('error', heard);
    callback(error);
    dataSource.off('error', heard);
  });
}

/**
 * Mends how a datasource connects and disconnects. A failure to connect is told
 * to those who wait for it, and ends the process only where there are none. A
 * disconnect waits for a connect that is under way, and always tells the
 * connector. Callbacks get one argument.
 */
export function mendConnecting(dataSource: DataSource): void {
  const juggler = ofJuggler(dataSource as Mended);
  for (const name of ['connect', 'disconnect', 'stop'] as const) {
    const {[name]: own} = dataSource;
    dataSource[name] =
      own === juggler[name] ? mended[name] : afterOwn(own, mended[name]);
  }
}

/**
 * The methods that the juggler gives a datasource: those of its own class, and not of
 * classes of applications, which extend it.
 */
function ofJuggler({connector}: Mended): DataSource {
  // What is called may be the juggler's copy for a transaction, of no such class.
  let prototype: object = connector.dataSource;
  for (;;) {
    const above = Object.getPrototypeOf(prototype) as object;
    if (!('connect' in above)) return prototype as DataSource;
    prototype = above;
  }
}

/** A method of the application's class, which may do all by `super`, and then ours. */
function afterOwn(
  own: CallbackOrPromise,
  ours: CallbackOrPromise,
): CallbackOrPromise {
  return callbackOrPromise((called, callback) => {
    const run = own as (this: DataSource) => Promise<void> | undefined;
    const done = (async () => run.call(called))();
    done.then(
      () => ours.call(called, callback),
      (error: Error) => callback(error),
    );
  });
}

/* One for all datasources: there may be many. */
const mended = {
  connect: callbackOrPromise((called, callback) => {
    if (!called.connected && !called.listeners('error').includes(heard)) {
      called.once('error', heard);
    }
    ofJuggler(called).connect.call(called, error => {
      if (!error) called.off('error', heard);
      callback(error ?? null);
    });
  }),
  disconnect: ending('disconnect'),
  stop: ending('stop'),
};

type Mended = DataSource & {
  readonly connector: InMemoryConnector & {readonly dataSource: DataSource};
};

function ending(name: 'disconnect' | 'stop'): CallbackOrPromise {
  return callbackOrPromise((called, callback) => {
    const {connector} = called;
    const finish = (error: Error | null): void =>
      ofJuggler(called)[name].call(called, failure =>
        callback(error ?? failure ?? null),
      );
    // The juggler copies a datasource for a transaction, which is no other.
    if (called.connected || called !== connector.dataSource) finish(null);
    else if (called.connecting || connector.isOpening) {
      called.connect(() => called[name](callback));
    } else connector.disconnect(finish);
  });
}

function callbackOrPromise(
  run: (called: Mended, callback: Callback) => void,
): CallbackOrPromise {
  function method(this: Mended, callback?: Callback) {
    if (callback !== undefined) return run(this, callback);
    return promised(done => run(this, done));
  }
  return method as CallbackOrPromise;
}

/** What listens where an error is told in another way as well. */
function heard(): void {}
