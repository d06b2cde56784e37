/** A service that says it is ready is heard: between it and NATS stands a wire that keeps back what it subscribes to. */
import { FindOrder, findOrder } from '@elvis/contracts';
import { Controller, Module } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { Server, Socket, connect as dial, createServer } from 'node:net';
import { AddressInfo } from 'node:net';
import { connect } from 'nats';
import { freePort, opened, startNats, until } from '@elvis/testing';
import { Bus } from '../bus/bus';
import { loadConfig } from '../config/load-config';
import { natsOptions } from '../bus/nats-connection';
import { RunningService, startService } from './run-service';
import { ServiceConfig } from '../config/service.config';

@Controller()
class Orders {
  @MessagePattern(findOrder.subject)
  find(@Payload() { clientOrderId }: FindOrder): { readonly found: string } {
    return { found: clientOrderId };
  }
}

@Module({ controllers: [Orders] })
class OrdersModule {}

/** Passes everything on but what a client says from its first subscription to the given subject on. */
class Wire {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly held: (() => void)[] = [];
  private isOpen = false;

  constructor(port: number, subject: string) {
    this.server = createServer((client) => {
      const upstream = dial(port, '127.0.0.1');
      for (const socket of [client, upstream]) this.sockets.add(socket.on('error', () => undefined));
      client.on('close', () => upstream.destroy());
      upstream.on('close', () => client.destroy());
      upstream.pipe(client);
      let isHeld = false;
      client.on('data', (chunk) => {
        isHeld ||= chunk.includes(`SUB ${subject} `);
        if (isHeld && !this.isOpen) this.held.push(() => upstream.write(chunk));
        else upstream.write(chunk);
      });
    });
  }

  get holds(): boolean {
    return this.held.length > 0;
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return (this.server.address() as AddressInfo).port;
  }

  letGo(): void {
    this.isOpen = true;
    for (const pass of this.held.splice(0)) pass();
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }
}

describe('a service on the bus', () => {
  const nats = opened(() => startNats());
  const gateway = opened(() => connect(natsOptions(nats.urls.gateway, 'asking')));
  const wire = opened(() => new Wire(Number(new URL(nats.urls.execution).port), findOrder.subject));
  let service: Promise<RunningService> | undefined;

  afterAll(async () => {
    wire.letGo();
    await (await service)?.stop();
  });

  it('is ready only when NATS has read what it serves, and is answered at the first question then', async () => {
    const url = new URL(nats.urls.execution);
    url.port = `${await wire.listen()}`;
    const port = await freePort();
    const config = loadConfig(ServiceConfig, {
      NATS_URL: url.href,
      OPS_PORT: `${port}`,
      LOG_LEVEL: 'fatal',
    });
    service = startService({ name: 'execution', module: OrdersModule, config: ServiceConfig }, config);
    const isReady = async (): Promise<boolean> =>
      (await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined))?.status === 200;

    await until(() => wire.holds, 'the subscription to be kept back', 20_000);
    for (let look = 0; look < 50; look += 1) {
      expect(await isReady()).toBe(false);
      await new Promise(setImmediate);
    }
    wire.letGo();
    await until(isReady, 'the service to be ready', 20_000);
    expect(await new Bus(gateway).request(findOrder, { clientOrderId: 'mine' })).toEqual({ found: 'mine' });
  });
});
