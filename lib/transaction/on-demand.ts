import {onDemand} from '../base/on-demand';

/** Statements that may meet locks: within transactions, and beside them. */
export const loadAttempt = onDemand(
  () => require('./attempt') as typeof import('./attempt'),
);

/** Transactions of several statements, and what waits for them. */
export const loadTransactions = onDemand(
  () => require('./transactions') as typeof import('./transactions'),
);
