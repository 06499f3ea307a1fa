import type {LoadedModel} from '../database/load-rows';
import {columns, count, print} from './terminal';

/** Tells how many rows have come into a file. */
export function tellLoaded(
  file: string,
  rows: number,
  models: readonly LoadedModel[],
  isJson: boolean,
): void {
  if (isJson) return print(JSON.stringify({file, rows, models}));
  print(`Loaded ${count(rows, 'row')} into ${file}.`);
  const lines = models.map(({model, added, replaced}) => [
    model,
    added,
    replaced,
  ]);
  if (lines.length > 0) print(columns([header, ...lines]));
}

const header = ['model', 'added', 'replaced'];
