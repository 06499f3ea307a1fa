import type {InMemoryConnector} from '../connector/connector';

/** A datasource of an application, with this connector. */
export interface Observed {
  readonly name: string;
  readonly connector: InMemoryConnector;
}

/** What tells others of a datasource, until the function is called that it returns. */
export type Part = (observed: Observed) => () => void;
