import {isObject} from '../base/objects';

/** Marks transactions, so that one is told without its class, which is loaded on demand. */
export const transactionMark: unique symbol = Symbol('transaction');

/** Whether a value is a transaction of this copy of the package. */
export function isMarked(value: unknown): boolean {
  return isObject(value) && transactionMark in value;
}
