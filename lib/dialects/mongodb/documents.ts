import {compareBson} from './bson';
import type {Coercion} from './coercion';
import {fromStored, ObjectId, toStored} from './object-id';

type Document = Record<string, unknown>;

/** Documents of a collection, as they are given, stored and read. */
export class Documents {
  constructor(private readonly coercion: Coercion) {}

  /** A document to store, with an id; a new one where it has none. */
  in(given: object): Document {
    const {idName} = this.coercion;
    const id = this.coercion.idIn((given as Document)[idName]);
    const document = this.coercion.documentIn(given);
    return toStored({[idName]: id ?? new ObjectId(), ...document}) as Document;
  }

  /** A document to store of which the connector coerces nothing but the id. */
  inUncoerced(given: object): Document {
    const {coercion} = this;
    const {idName} = coercion;
    const id = coercion.idIn((given as Document)[idName]) ?? new ObjectId();
    return toStored({[idName]: id, ...coercion.uncoerced(given)}) as Document;
  }

  /** A document as it is read, made of what is stored. */
  out(stored: object): Document {
    return fromStored(stored) as Document;
  }

  /** An id as it is stored. */
  key(id: unknown): unknown {
    return toStored(this.coercion.idIn(id));
  }

  /** Whether stored documents are the same. */
  areSame(a: unknown, b: unknown): boolean {
    return compareBson(a, b) === 0;
  }
}
