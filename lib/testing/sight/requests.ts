import {AsyncLocalStorage} from 'node:async_hooks';
import {subscribe, unsubscribe} from 'node:diagnostics_channel';

/** Node.js tells of each HTTP request in it, before its server handles it. */
const channel = 'http.server.request.start';

const requests = new AsyncLocalStorage<number>();

let count = 0;
let users = 0;

function enter(): void {
  requests.enterWith(++count);
}

/** Numbers the HTTP requests of this process from now on. Returns what ends it. */
export function numberRequests(): () => void {
  if (users++ === 0) subscribe(channel, enter);
  return () => {
    if (--users === 0) unsubscribe(channel, enter);
  };
}

/** The number of the HTTP request that is handled here, if one is. */
export function requestUnderWay(): number | undefined {
  return requests.getStore();
}
