import { findOrder } from '@elvis/contracts';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern } from '@nestjs/microservices';
import { connect } from 'nats';
import { opened, startNats } from '@elvis/testing';
import { Bus } from './bus';
import { BusServer } from './bus-server';
import { natsOptions } from './nats-connection';
import { activeTraceId, withTrace } from '../observability/trace';

@Controller()
class TellsTheTrace {
  @MessagePattern(findOrder.subject)
  async find(): Promise<object> {
    const before = activeTraceId();
    await new Promise((resolve) => setImmediate(resolve));
    return { before, after: activeTraceId() };
  }
}

@Module({ controllers: [TellsTheTrace] })
class Root {}

describe('the server of the bus', () => {
  const nats = opened(() => startNats());
  const asking = opened(() => connect(natsOptions(nats.urls.gateway, 'asking')));
  opened(async () => {
    const strategy = new BusServer(natsOptions(nats.urls.execution, 'serving'));
    const app = await NestFactory.createMicroservice(Root, { strategy, logger: false, abortOnError: false });
    await app.listen();
    return app;
  });

  const ask = (): Promise<unknown> => new Bus(asking).request(findOrder, { clientOrderId: 'mine' });

  it('does what it is asked under the trace of whoever asks, also when they ask at once', async () => {
    const traces = ['trace-of-one', 'trace-of-two', 'trace-of-three'];
    const told = await Promise.all(traces.map((trace) => withTrace(trace, ask)));
    expect(told).toEqual(traces.map((trace) => ({ before: trace, after: trace })));
  });

  it('gives a trace to what is asked under one that nobody could log', async () => {
    expect(await withTrace('no good', ask)).toEqual({
      before: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      after: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
  });
});
