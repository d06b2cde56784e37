/**
 * In which order execution begins and ends. Nest calls the hooks module by module, by distance from the root and then as
 * they are listed, and waits for each: a change of an import moves them, and nothing else would notice it.
 */
import { NATS, PlatformModule, Redis, ServiceIdentity } from '@elvis/platform';
import { INestApplicationContext } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { ExecutionConfig } from '../src/execution.config';
import { ExecutionModule } from '../src/execution.module';

const HOOKS = [
  'onModuleInit',
  'onApplicationBootstrap',
  'onModuleDestroy',
  'beforeApplicationShutdown',
  'onApplicationShutdown',
];

describe('the lifecycle of execution', () => {
  let app: INestApplicationContext;
  let called: string[];

  beforeAll(async () => {
    const config = Object.assign(new ExecutionConfig(), { BINANCE_FUTURES_URL: 'http://127.0.0.1:1' });
    const redis = { on: () => redis, duplicate: () => redis, subscribe: () => Promise.resolve() };
    const nats = {
      isClosed: () => true,
      status: () => [],
      flush: () => Promise.resolve(),
      jetstream: () => ({}),
      subscribe: () => undefined,
    };
    const module = await Test.createTestingModule({
      imports: [PlatformModule.forService(new ServiceIdentity('execution', 0), config), ExecutionModule],
    })
      .overrideProvider(NATS)
      .useValue(nats)
      .overrideProvider(Redis)
      .useValue(redis)
      .compile();
    called = noteHooks(module);
    app = await module.init();
  });

  it('begins with the gate to the exchange and waits for the account mode when all else has begun', () => {
    expect(called.splice(0)).toEqual([
      'MarkPrices.onModuleInit',
      'LimiterLifetime.onApplicationBootstrap',
      'ClockLeader.onApplicationBootstrap',
      'AccountCoverage.onApplicationBootstrap',
      'InstrumentCache.onApplicationBootstrap',
      'SumsReconciler.onApplicationBootstrap',
      'LeverageSetter.onApplicationBootstrap',
      'EventRelay.onApplicationBootstrap',
      'ReconcileLoop.onApplicationBootstrap',
      'OutageOrders.onApplicationBootstrap',
      'AccountInterest.onApplicationBootstrap',
      'AccountFollower.onApplicationBootstrap',
      'AccountFollower.onApplicationBootstrap',
      'CountdownCancel.onApplicationBootstrap',
      'StopHeartbeat.onApplicationBootstrap',
      'StopSupervisor.onApplicationBootstrap',
      'ExecutionModule.onApplicationBootstrap',
    ]);
  });

  it('hands its roles over first and lets go of the exchange, Redis and NATS last', async () => {
    await app.close();
    expect(called).toEqual([
      'CountdownCancel.onModuleDestroy',
      'StopHeartbeat.onModuleDestroy',
      'StopSupervisor.onModuleDestroy',
      'AccountInterest.onModuleDestroy',
      'AccountFollower.onModuleDestroy',
      'AccountFollower.onModuleDestroy',
      'ReconcileLoop.onModuleDestroy',
      'OutageOrders.onModuleDestroy',
      'LeverageSetter.onModuleDestroy',
      'AccountMode.onModuleDestroy',
      'SumsReconciler.onModuleDestroy',
      'InstrumentCache.onModuleDestroy',
      'HaltRequester.onModuleDestroy',
      'AccountCoverage.onModuleDestroy',
      'ClockLeader.onModuleDestroy',
      'EventLog.onModuleDestroy',
      'EventRelay.onApplicationShutdown',
      'LimiterLifetime.onApplicationShutdown',
      'RedisLifetime.onApplicationShutdown',
      'NatsLifetime.onApplicationShutdown',
    ]);
  });
});

/** Puts a note in place of every hook; what it does is not tried here. */
function noteHooks(app: INestApplicationContext): string[] {
  const called: string[] = [];
  for (const { providers } of app.get(ModulesContainer).values())
    for (const { instance } of providers.values()) {
      if (typeof instance !== 'object' || instance === null) continue;
      const target = instance as Record<string, unknown>;
      for (const hook of HOOKS)
        if (typeof target[hook] === 'function')
          target[hook] = () => called.push(`${target.constructor.name}.${hook}`);
    }
  return called;
}
