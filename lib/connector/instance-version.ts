import {type ModelClass, type OperationContext, persisted} from './loopback';

/** Of a `createAll` hooks get the contexts of all instances at once. */
type Contexts = OperationContext | OperationContext[];

/**
 * Keeps the version of an instance that is created or saved up with its row's,
 * so that it can be saved again. There the juggler takes nothing from what a
 * connector answers, but what was written follows from what was sent: 1 for a
 * new row, else one more than the version that was found to be the stored one.
 */
export function mendVersion(model: ModelClass, version: string): void {
  model.observe('persist', async (contexts: Contexts) => {
    for (const context of [contexts].flat()) noteSent(context, version);
  });
  model.observe('loaded', async (contexts: Contexts) => {
    for (const context of [contexts].flat()) noteWritten(context, version);
  });
}

function noteSent(context: OperationContext, version: string): void {
  const {data, hookState, isNewInstance, currentInstance} = context;
  if (hookState !== undefined) hookState[persisted] = context;
  if (!isNewInstance || data === undefined) return;
  data[version] = 1;
  currentInstance?.setAttributes({[version]: 1});
}

function noteWritten(context: OperationContext, version: string): void {
  const {data, hookState, isNewInstance} = context;
  // Other data is what the connector answered, with the version in it.
  if (data === undefined || data !== hookState?.[persisted]?.data) return;
  const sent = data[version];
  if (isNewInstance) data[version] = 1;
  else if (typeof sent === 'number') data[version] = sent + 1;
}

/**
 * What an update by id is to go on with: the context, and in its data and its
 * instance the version of the row that was written.
 */
export function withStoredVersion(
  context: OperationContext,
  row: Readonly<Record<string, unknown>>,
  version: string,
): OperationContext {
  const stored = {[version]: row[version]};
  context.currentInstance?.setAttributes(stored);
  return {...context, data: {...context.data, ...stored}};
}
