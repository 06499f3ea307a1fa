import {findUncommittedRead} from './committed-reads';
import {findUnfoundedDuplicate} from './duplicate-keys';
import {type History, showHistory} from './history';
import {findNoSerialOrder} from './serial-order';
import {findNoSnapshots} from './snapshots';

/** What a history must not show, by what its isolation level promises. */
export function findAnomalies(history: History): string[] {
  return [
    findUncommittedRead(history),
    findUnfoundedDuplicate(history),
    history.level === 'SERIALIZABLE' ? findNoSerialOrder(history) : undefined,
    findNoSnapshots(history),
  ].filter(anomaly => anomaly !== undefined);
}

/** Fails with the anomalies of a history and all its steps, if it has any. */
export function requireIsolation(history: History): void {
  const anomalies = findAnomalies(history);
  if (anomalies.length === 0) return;
  throw new Error(`${anomalies.join('\n')}\n${showHistory(history)}`);
}
