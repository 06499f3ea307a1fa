/** Spans, metrics and health of datasources, for LoopBack 4: docs/observing.md. */
export {InMemoryComponent} from './lib/component/component';
