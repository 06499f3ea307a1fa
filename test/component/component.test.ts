import assert from 'node:assert/strict';
import type {Component, Constructor} from '@loopback/core';
import {HealthComponent} from '@loopback/health';
import {MetricsComponent} from '@loopback/metrics';
import {DefaultCrudRepository, juggler} from '@loopback/repository';
import {RestApplication} from '@loopback/rest';
import {type Client, createRestAppClient} from '@loopback/testlab';
import {context, SpanStatusCode, trace} from '@opentelemetry/api';
import {AsyncLocalStorageContextManager} from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import {InMemoryComponent} from 'loopback-connector-inmemory/component';
import {City} from '../../examples/cities/models';
import * as inmemory from 'loopback-connector-inmemory';

/** An application with a datasource, started; what it is told to have comes before. */
async function started(
  ...components: Constructor<Component>[]
): Promise<{app: RestApplication; cities: Cities; db: juggler.DataSource}> {
  const app = new RestApplication({rest: {host: '127.0.0.1', port: 0}});
  for (const component of components) app.component(component);
  app.component(InMemoryComponent);
  const db = new juggler.DataSource({name: 'world', connector: inmemory});
  app.bind('datasources.world').to(db);
  await app.start();
  return {app, cities: new DefaultCrudRepository(City, db), db};
}

type Cities = DefaultCrudRepository<City, number>;

const bern = {name: 'Bern', country: 'CH', population: 1};

const position = {lat: 46.9, lng: 7.4};

describe('InMemoryComponent', () => {
  let app: RestApplication | undefined;
  afterEach(async () => {
    await app?.stop();
    app = undefined;
  });

  describe('with @opentelemetry/api', () => {
    const exporter = new InMemorySpanExporter();

    before(() => {
      context.setGlobalContextManager(
        new AsyncLocalStorageContextManager().enable(),
      );
      trace.setGlobalTracerProvider(
        new BasicTracerProvider({
          spanProcessors: [new SimpleSpanProcessor(exporter)],
        }),
      );
    });
    beforeEach(() => exporter.reset());
    after(() => {
      trace.disable();
      context.disable();
    });

    it('makes a span of each statement, within the one around it', async () => {
      const {cities, ...running} = await started();
      app = running.app;
      await cities.create({...bern, position});
      const tracer = trace.getTracer('test');
      await tracer.startActiveSpan('request', async span => {
        await cities.find({where: {country: 'CH'}});
        span.end();
      });
      const [created, found, request] = exporter.getFinishedSpans();
      assert.equal(created!.name, 'create City');
      assert.equal(found!.name, 'all City');
      assert.deepEqual(found!.attributes, {
        'db.system.name': 'inmemory',
        'db.namespace': 'world',
        'db.operation.name': 'all',
        'db.collection.name': 'City',
        'db.query.summary': 'all City',
        'db.response.returned_rows': 1,
      });
      assert.equal(
        found!.parentSpanContext!.spanId,
        request!.spanContext().spanId,
      );
      assert.equal(created!.parentSpanContext, undefined);
    });

    it('tells how many rows are created at once, and of transactions', async () => {
      const {cities, db, ...running} = await started();
      app = running.app;
      const transaction = await db.beginTransaction({});
      const rows = [1, 2].map(() => ({...bern, position}));
      await cities.createAll(rows, {transaction});
      await transaction.commit();
      const spans = exporter.getFinishedSpans();
      assert.deepEqual(
        spans.map(({name}) => name),
        ['beginTransaction', 'createAll City', 'commit'],
      );
      assert.equal(spans[1]!.attributes['db.operation.batch.size'], 2);
    });

    it('tells of errors', async () => {
      const {cities, ...running} = await started();
      app = running.app;
      await assert.rejects(cities.find({where: {name: {like: 5}} as never}));
      await assert.rejects(cities.replaceById(7, {...bern, position}));
      const failed = exporter
        .getFinishedSpans()
        .filter(({status}) => status.code === SpanStatusCode.ERROR);
      assert.ok(failed.length >= 1);
      const types = failed.map(({attributes}) => attributes['error.type']);
      assert.ok(types.includes('ROW_NOT_FOUND'), String(types));
    });

    it('makes none after the application has stopped', async () => {
      const {cities, ...running} = await started();
      await running.app.stop();
      exporter.reset();
      await cities.count();
      assert.deepEqual(exporter.getFinishedSpans(), []);
    });

    it('knows datasources that are bound later', async () => {
      const running = await started();
      app = running.app;
      const other = new juggler.DataSource({name: 'b', connector: inmemory});
      app.bind('datasources.b').to(other);
      // Observers are told later.
      await new Promise(resolve => setTimeout(resolve, 10));
      await new DefaultCrudRepository(City, other).count();
      const [span] = exporter.getFinishedSpans();
      assert.equal(span!.attributes['db.namespace'], 'b');
    });
  });

  describe('with @loopback/metrics', () => {
    async function metricsOf(client: Client): Promise<string[]> {
      const {text} = await client.get('/metrics').expect(200);
      return text.split('\n').filter(line => line.startsWith('inmemory_'));
    }

    it('tells of statements, errors, open transactions and rows', async () => {
      const {cities, db, ...running} = await started(MetricsComponent);
      app = running.app;
      const client = createRestAppClient({
        restServer: {url: app.restServer.url!},
      });
      await cities.create({...bern, position});
      await assert.rejects(cities.replaceById(7, {...bern, position}));
      const transaction = await db.beginTransaction({});
      const lines = await metricsOf(client);
      await transaction.rollback();
      const labels = 'datasource="world",model="City",method="create"';
      for (const line of [
        `inmemory_statement_duration_seconds_count{${labels}} 1`,
        `inmemory_statement_duration_seconds_bucket{le="+Inf",${labels}} 1`,
        'inmemory_statement_errors_total{datasource="world",model="City",' +
          'method="replaceById",code="ROW_NOT_FOUND"} 1',
        'inmemory_open_transactions{datasource="world"} 1',
        'inmemory_rows{datasource="world",table="City"} 1',
      ]) {
        assert.ok(lines.includes(line), `${line}\n${lines.join('\n')}`);
      }
    });

    it('tells of an application that is started once more', async () => {
      const {cities, ...running} = await started(MetricsComponent);
      app = running.app;
      await app.stop();
      await app.start();
      await cities.create({...bern, position});
      const client = createRestAppClient({
        restServer: {url: app.restServer.url!},
      });
      const lines = await metricsOf(client);
      assert.ok(
        lines.includes('inmemory_rows{datasource="world",table="City"} 1'),
      );
    });
  });

  describe('with @loopback/health', () => {
    it('answers whether the datasource does', async () => {
      const {db, ...running} = await started(HealthComponent);
      app = running.app;
      const client = createRestAppClient({
        restServer: {url: app.restServer.url!},
      });
      for (const path of ['/live', '/ready']) {
        const {body} = await client.get(path).expect(200);
        assert.equal(body.status, 'UP');
        assert.match(JSON.stringify(body), /health\.inmemory\./);
      }
      await db.disconnect();
      for (const [path, status] of [
        ['/live', 500],
        ['/ready', 503],
      ] as const) {
        const {body} = await client.get(path).expect(status);
        assert.match(JSON.stringify(body), /disconnected/);
      }
    });
  });

  it('leaves datasources with other connectors alone', async () => {
    const running = await started();
    app = running.app;
    const other = new juggler.DataSource({name: 'c', connector: 'memory'});
    app.bind('datasources.c').to(other);
    await new Promise(resolve => setTimeout(resolve, 10));
    const {count} = await new DefaultCrudRepository(City, other).count();
    assert.equal(count, 0);
  });
});
