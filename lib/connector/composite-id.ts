import type {ModelClass, OperationContext} from './loopback';

/**
 * LoopBack hands a connector only the first of several id properties when an
 * instance is changed or destroyed. These hooks add the others from the
 * instance, so that exactly its row is meant.
 */
export function mendCompositeId(
  model: ModelClass,
  primaryKey: readonly string[],
): void {
  model.observe('before delete', async (context: OperationContext) => {
    const {instance, where} = context;
    if (instance === undefined || where === undefined) return;
    for (const name of primaryKey) where[name] = instance[name];
  });
  model.observe('persist', async (context: OperationContext) => {
    const {currentInstance, data, isNewInstance} = context;
    if (currentInstance === undefined || data === undefined) return;
    if (isNewInstance) return;
    for (const name of primaryKey) data[name] ??= currentInstance[name];
  });
}
