import type {Interceptor} from '@loopback/core';
import type {DefaultCrudRepository, Entity} from '@loopback/repository';
import {type Request, RestBindings} from '@loopback/rest';
import {inMemory} from 'loopback-connector-inmemory';

/** Answers `find` with its plan where the request has `?explain`, instead of rows. */
export const explainInterceptor: Interceptor = async (context, next) => {
  const request = await context.get<Request>(RestBindings.Http.REQUEST, {
    optional: true,
  });
  const isAsked = request !== undefined && 'explain' in request.query;
  if (!isAsked || context.methodName !== 'find') return next();
  const {repository} = context.target as {
    readonly repository: DefaultCrudRepository<Entity, unknown>;
  };
  const [filter] = context.args as [object?];
  const {dataSource, entityClass} = repository;
  const {plan: _plan, ...told} = inMemory(dataSource).explain(
    entityClass.modelName,
    filter,
  );
  return told;
};
