import type {ErrorCode} from '../base/error-codes';
import {InMemoryError} from '../base/errors';

/**
 * An error as the driver of a database makes it. Where it stands for one of this
 * connector, that one is its `cause`, which cannot be enumerated.
 */
export class NativeError extends Error {
  /** `properties` are its own ones beside the message, in the driver's order. */
  constructor(
    message: string,
    properties: Readonly<Record<string, unknown>>,
    cause?: Error,
  ) {
    super(message, cause && {cause});
    Object.assign(this, properties);
  }
}

const unsent = new Set<ErrorCode>(['EMULATION_HAZARD', 'NOT_EMULATED']);

/**
 * Whether an error is one that the database itself has answered with, and not one
 * of LoopBack's connector, or of this one, that the database never hears of.
 */
export function isOfDatabase(error: Error): boolean {
  return error instanceof InMemoryError
    ? !unsent.has(error.code)
    : error instanceof NativeError;
}
