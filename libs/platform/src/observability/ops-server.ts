/** Each service's own port: `/health`, `/health/ready` and `/metrics`, for the platform engineer alone. */
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { Health } from './health';
import { Metrics } from './metrics';

export class OpsServer {
  private readonly server: Server;

  constructor(health: Health, metrics: Metrics, identity: Readonly<Record<string, unknown>>) {
    this.server = createServer((request, response) => {
      const answer = (status: number, body: string, type = 'application/json'): void => {
        response.writeHead(status, { 'content-type': type }).end(body);
      };
      const path = request.url?.split('?')[0];
      if (path === '/health') return answer(200, JSON.stringify({ status: 'ok', ...identity }));
      if (path === '/health/ready') {
        const report = health.report();
        return answer(report.ready ? 200 : 503, JSON.stringify(report));
      }
      if (path === '/metrics') {
        void metrics.registry.metrics().then(
          (text) => answer(200, text, metrics.registry.contentType),
          () => answer(500, '{}'),
        );
        return;
      }
      answer(
        404,
        JSON.stringify({
          error: 'Not found: only /health, /health/ready and /metrics are served on this port',
        }),
      );
    });
  }

  /** Starts listening and answers the port. */
  async listen(port: number, host: string): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject).listen(port, host, resolve);
    });
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}
