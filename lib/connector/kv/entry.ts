import {InMemoryError, show} from '../../base/errors';
import {copyValueIn} from '../../value/copy';
import type {ModelDefinition, ModelSettings} from '../loopback';

/** A key with its value, as the row of a table. */
export interface Entry {
  readonly key: string;
  readonly value: unknown;
  /** Left out where it does not expire. */
  readonly expiresAt?: Date | undefined;
}

/**
 * The model whose rows are keys and values, whatever the model that the application
 * has declares: of that only the name of the table counts.
 */
export function entryModel(
  name: string,
  {memory}: ModelSettings = {},
): ModelDefinition {
  const properties = {
    key: {type: String, id: true},
    // Without a type: one of LoopBack's would read JSON out of texts.
    value: {},
    expiresAt: {type: Date, index: true},
  };
  // The class itself is one of keys and values, and knows no rows.
  const model = {
    modelName: name,
    definition: {properties},
    prototype: {},
    include: () => undefined,
    observe: () => undefined,
    once: () => undefined,
  };
  return {model, properties, settings: memory === undefined ? {} : {memory}};
}

/** Whether a key is there no more, though its row may be. */
export function isExpired({expiresAt}: Partial<Entry>, now: number): boolean {
  return expiresAt !== undefined && expiresAt.getTime() <= now;
}

/** When a key expires that does so in `ttl` milliseconds. Fails with INVALID_VALUE. */
export function expiryAfter(ttl: unknown, now: number): Date {
  const at = new Date(typeof ttl === 'number' ? Math.ceil(now + ttl) : NaN);
  if (typeof ttl === 'number' && ttl > 0 && !Number.isNaN(at.getTime())) {
    return at;
  }
  throw new InMemoryError(
    'INVALID_VALUE',
    `The ttl of a key cannot be ${show(ttl)}: it must be a number of ` +
      'milliseconds above 0 that ends before the year 275760; leave it out ' +
      'for a key that does not expire.',
    {property: 'ttl', value: ttl},
  );
}

/** Fails with INVALID_VALUE on what is no key. */
export function requireKey(key: unknown): asserts key is string {
  if (typeof key === 'string' && key !== '') return;
  throw new InMemoryError(
    'INVALID_VALUE',
    `A key cannot be ${show(key)}: it must be a text that is not empty.`,
    {property: 'key', value: key},
  );
}

/**
 * A copy of a value, made now; what it fails with is thrown when it is asked for:
 * INVALID_VALUE on what cannot be stored.
 */
export function keptValue(value: unknown): () => unknown {
  let kept: unknown;
  try {
    kept = copyValueIn(value, 'value');
  } catch (error) {
    return () => {
      throw error;
    };
  }
  return () => {
    if (kept !== undefined && kept !== null) return kept;
    throw new InMemoryError(
      'INVALID_VALUE',
      `The value of a key cannot be ${show(value)}; delete() takes a key away.`,
      {property: 'value', value},
    );
  };
}

/** Fails with ROW_NOT_FOUND where a key is not there, or has expired. */
export function requireLive(
  entry: Partial<Entry> | undefined,
  sought: {readonly model: string; readonly key: string; readonly now: number},
): asserts entry is Entry {
  if (entry !== undefined && !isExpired(entry, sought.now)) return;
  throw new InMemoryError(
    'ROW_NOT_FOUND',
    `There is no key ${show(sought.key)} in ${sought.model}, or it has expired.`,
    {table: sought.model, property: 'key', value: sought.key},
  );
}
