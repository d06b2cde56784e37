/** A service's own answer to whether it can work: `ready`, or what it is waiting for. */
import { get } from 'node:http';

export const readiness = (port: number): Promise<string> =>
  new Promise((resolve) => {
    const request = get({ port, host: '127.0.0.1', path: '/health/ready', agent: false, timeout: 2_000 });
    request.on('response', (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve(response.statusCode === 200 ? 'ready' : whatIsMissing(text)));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve('no answer'));
  });

function whatIsMissing(text: string): string {
  try {
    const { parts = {} } = JSON.parse(text) as { parts?: Record<string, string> };
    const wrong = Object.entries(parts).filter(([, state]) => state !== 'ok');
    return `it is not ready: ${wrong.map(([part, state]) => `${part}: ${state}`).join('; ')}`;
  } catch {
    return 'it is not ready, and its answer cannot be read';
  }
}
