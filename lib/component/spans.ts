import {kindOf} from '../connector/statement-filter';
import {rowsIn} from '../connector/statement-events';
import type {StatementCall} from '../connector/statement-hooks';
import {optionalPackage} from './optional';
import type {Observed, Part} from './part';

/** What is used of `@opentelemetry/api`. */
interface OpenTelemetry {
  readonly trace: {
    getTracer(name: string): {
      startSpan(name: string, options: object): Span;
    };
  };
  readonly SpanKind: {readonly INTERNAL: number};
  readonly SpanStatusCode: {readonly ERROR: number};
}

interface Span {
  setAttribute(name: string, value: string | number): unknown;
  setStatus(status: {code: number; message: string}): unknown;
  recordException(error: Error): unknown;
  end(): void;
}

/**
 * Has a span of OpenTelemetry begin and end with each statement, named as its
 * conventions for databases have it; undefined where its API is not installed.
 * Statements run within the process, so they are spans of the kind INTERNAL.
 */
export function spans(): Part | undefined {
  const api = optionalPackage('@opentelemetry/api') as
    OpenTelemetry | undefined;
  if (api === undefined) return undefined;
  return observed => {
    const tracer = api.trace.getTracer('loopback-connector-inmemory');
    return observed.connector.hooks.addObserver(call => {
      const attributes = attributesOf(call, observed);
      const name = attributes['db.query.summary'];
      const kind = api.SpanKind.INTERNAL;
      const span = tracer.startSpan(name, {kind, attributes});
      return (error, result) => {
        if (error !== null) fail(span, error, api);
        else if (kindOf(call.method).gives === 'read') {
          span.setAttribute('db.response.returned_rows', rowsIn(result));
        }
        span.end();
      };
    });
  };
}

function attributesOf(
  {given, method, model}: StatementCall,
  {connector, name}: Observed,
) {
  const collection = model === '' ? undefined : connector.tableOf(model);
  const [first] = given;
  const isBatch =
    method === 'createAll' && Array.isArray(first) && first.length > 1;
  return {
    'db.system.name': 'inmemory',
    'db.namespace': name,
    'db.operation.name': method,
    'db.query.summary':
      collection === undefined ? method : `${method} ${collection}`,
    ...(collection !== undefined && {'db.collection.name': collection}),
    ...(isBatch && {'db.operation.batch.size': first.length}),
  };
}

function fail(span: Span, error: Error, {SpanStatusCode}: OpenTelemetry): void {
  const {code} = error as {readonly code?: unknown};
  span.recordException(error);
  span.setAttribute('error.type', typeof code === 'string' ? code : error.name);
  span.setStatus({code: SpanStatusCode.ERROR, message: error.message});
}
