/** Systems that start side by side are given ports of their own. */
import { freePort, isPortFree } from './ports';

describe('a free port', () => {
  it('is given once, to whoever asks', async () => {
    const ports = await Promise.all(Array.from({ length: 500 }, () => freePort()));
    expect(new Set(ports).size).toBe(ports.length);
  });

  it('is open to its owner', async () => {
    expect(await isPortFree(await freePort())).toBe(true);
  });
});
