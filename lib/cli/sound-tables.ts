import {InMemoryError} from '../base/errors';
import {damageAdvice} from '../persistence/disk/damage';
import type {Inspection} from '../persistence/inspection';
import {repairByNewer} from '../persistence/journal/versions';
import type {RecoveredTable} from '../persistence/recovered-table';
import {UsageError} from './command';
import {isOfOtherForm} from './facts';

/**
 * The tables of a file, or the one of a model. `what` is what is not done with a
 * file of another form. Fails with DATA_DAMAGED unless the file is sound.
 */
export function soundTables(
  inspection: Inspection,
  what: string,
  model?: string,
): RecoveredTable[] {
  refuseDamage(inspection, what);
  return chosen(inspection, model);
}

function refuseDamage(inspection: Inspection, what: string): void {
  const {damages, file, journal} = inspection;
  const [first] = damages;
  if (first === undefined) return;
  const advice = repairByNewer(journal?.version) ?? damageAdvice(file);
  const message = isOfOtherForm(inspection)
    ? `${file} cannot be ${what}: ${first.problem}.`
    : `${file} is damaged (${first.problem}). ${advice}`;
  throw new InMemoryError('DATA_DAMAGED', message, {file});
}

function chosen(
  {file, tables}: Inspection,
  model: string | undefined,
): RecoveredTable[] {
  if (model === undefined) return [...tables.values()];
  const table = tables.get(model);
  if (table !== undefined) return [table];
  const names = [...tables.keys()].join(', ');
  throw new UsageError(
    `${file} has no model "${model}"; it has ${names || 'none'}.`,
  );
}
