import type {Emulation} from './emulation';
import type {Callback} from './loopback';
import {respond} from './respond';

/** A method of a connector, which calls back. */
type Method = (...args: unknown[]) => unknown;

/** Has the methods of a connector leave out transactions that do so in production. */
export function leaveTransactionsOut(
  connector: object,
  emulation: Emulation,
): void {
  const methods = connector as Readonly<Record<string, Method>>;
  const {withoutTransaction: names = []} = emulation.database.connector;
  for (const name of names) {
    const own = methods[name]!.bind(connector);
    const value = withoutTransaction(name, own, emulation);
    Object.defineProperty(connector, name, {value});
  }
}

/**
 * A method that leaves out the transaction which it is given, as that of LoopBack's
 * connector does: its last two parameters are the options and the callback.
 */
function withoutTransaction(
  name: string,
  method: Method,
  emulation: Emulation,
): Method {
  const own: Method = (...args) => {
    const [options, callback] = args.slice(-2) as [object | null, Callback];
    const {transaction, ...rest} = (options ?? {}) as {transaction?: unknown};
    if (transaction === undefined || transaction === null) {
      return method(...args);
    }
    const meet = () => emulation.meetWithoutTransaction(name);
    return respond(
      error => {
        if (error) callback(error);
        else method(...args.slice(0, -2), rest, callback);
      },
      meet,
      error => emulation.told(error, undefined),
    );
  };
  // The juggler counts the parameters, to know where the options are.
  return Object.defineProperty(own, 'length', {value: method.length});
}
