import {heapFlags, runChild} from './child';
import type {Outcome, Request} from './part';

/** What a part is asked, but for what a process cannot be handed. */
export type PlainRequest = Omit<Request, 'say'>;

/**
 * Measures a part in a process of its own, so that none is slower for the shapes of rows that those before it had, or
 * for what they left on the heap. Flags of this process are the other's, too. Throws when that process fails.
 */
export function measureInProcess(name: string, request: PlainRequest): Outcome {
  const flags = [...new Set([...heapFlags, ...process.execArgv])];
  const text = requestToJson(name, request);
  return runChild('part', [text], {flags}) as Outcome;
}

/** A request to a part, for {@link requestFromJson}. */
export function requestToJson(name: string, request: PlainRequest): string {
  return JSON.stringify({name, request}, (_, value: unknown) =>
    value instanceof Set ? [...value] : value,
  );
}

/** The name of a part, and what it is asked. */
export function requestFromJson(text: string): {
  readonly name: string;
  readonly request: PlainRequest;
} {
  const {name, request} = JSON.parse(text);
  const {works, peers} = request;
  return {
    name,
    request: {
      ...request,
      works: works && new Set(works),
      peers: peers && new Set(peers),
    },
  };
}
