import {show} from '../../base/errors';
import {setOwn} from '../../value/copy';
import type {EmulatedTable, PropertyFacts} from '../dialect';
import {isHex, isObjectId, ObjectID, ObjectId} from './object-id';

type Document = Record<string, unknown>;

/**
 * Which values LoopBack's connector makes ObjectIds of: texts of 24 hexadecimal
 * digits, everywhere but where `strictObjectIDCoercion` asks for a declaration.
 * From its mongodb.js: `coerceId`, `coercePropertyValue`, `coerceToObjectId`,
 * `isObjectIDProperty`, `isStoredAsObjectID`.
 */
export class Coercion {
  readonly idName: string;
  /** Whether updates may have operators of MongoDB. */
  readonly allowsOperators: boolean;
  private readonly isStrict: boolean;
  private readonly facts: ReadonlyMap<string, PropertyFacts>;
  /** The properties of which the field is called otherwise. */
  private readonly renamed: readonly string[];

  constructor({ids, properties, settings}: EmulatedTable) {
    this.idName = ids[0]?.property ?? 'id';
    this.facts = new Map(properties.map(each => [each.name, each]));
    this.renamed = properties
      .filter(({columnName, name}) => (columnName ?? name) !== name)
      .map(({name}) => name);
    this.isStrict = Boolean(settings['strictObjectIDCoercion']);
    const {mongodb} = settings as {
      mongodb?: {allowExtendedOperators?: unknown};
    };
    this.allowsOperators = mongodb?.allowExtendedOperators === true;
  }

  /** An id as it is stored and given; null and undefined stay. */
  idIn(given: unknown): unknown {
    if (given === null || given === undefined) return given;
    const property = this.facts.get(this.idName);
    const id = castId(given, property?.typeName);
    return property === undefined ? id : this.valueIn(id, property);
  }

  /**
   * The properties that become null though they are not given: the connector sets
   * each whose field is called otherwise. From its mongodb.js: `convertColumnNames`.
   */
  lostBy(given: object): readonly string[] {
    const hasOperators =
      this.allowsOperators &&
      Object.keys(given).some(name => name.startsWith('$'));
    return hasOperators
      ? []
      : this.renamed.filter(name => !Object.hasOwn(given, name));
  }

  /** A document as it is given, which may have an id; undefined is null. */
  uncoerced(given: object): Document {
    const document: Document = {};
    for (const [name, value] of Object.entries(given)) {
      if (name !== this.idName) setOwn(document, name, value ?? null);
    }
    return document;
  }

  /** What a document is to have, its id apart: a new object. */
  documentIn(given: object): Document {
    const document: Document = {};
    for (const [name, value] of Object.entries(given)) {
      if (name === this.idName) continue;
      const property = this.facts.get(name);
      const own = Array.isArray(value)
        ? value.map(each => this.valueIn(each, property))
        : this.valueIn(value, property);
      // The driver writes null for it.
      setOwn(document, name, own === undefined ? null : own);
    }
    for (const name of this.lostBy(given)) setOwn(document, name, null);
    return document;
  }

  private valueIn(
    value: unknown,
    property: PropertyFacts | undefined,
  ): unknown {
    if (isStoredAsId(property)) {
      if (!value || isObjectId(value)) return value;
      if (isHex(value)) return new ObjectId(value);
      throw new Error(`${show(value)} is not an ObjectID string`);
    }
    return this.isStrict ? value : ObjectID(value);
  }

  /** What a condition on a property that is stored as an ObjectId is of. */
  declaredIn(path: string, given: unknown): unknown {
    const property = this.facts.get(path);
    return property?.own['dataType'] !== undefined && isStoredAsId(property)
      ? ObjectID(given)
      : given;
  }

  /** An operand, or a list of them, of a property that is declared. */
  operandIn(path: string, given: unknown): unknown {
    const property = this.facts.get(path);
    if (property === undefined) return given;
    if (this.isStrict && !isStoredAsId(property)) return given;
    if (!Array.isArray(given)) return ObjectID(given);
    return given.every(isHex) ? given.map(ObjectID) : (given as unknown);
  }
}

function castId(id: unknown, typeName: string | undefined): unknown {
  switch (typeName) {
    case 'String':
      return String(id);
    case 'Number': {
      const number = Number(id);
      return Number.isNaN(number) ? id : number;
    }
    default:
      return ObjectID(id);
  }
}

const objectIdType = /objectid/i;

/** Whether a property declares that it is stored as an ObjectId. */
function isStoredAsId(property: PropertyFacts | undefined): boolean {
  const {dataType} = property?.own ?? {};
  return typeof dataType === 'string' && objectIdType.test(dataType);
}
