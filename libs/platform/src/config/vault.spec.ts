import { IncomingMessage, Server, createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { readVault } from './vault';

const TOKEN = 'hvs.for-this-spec';

/** Speaks the part of Vault's HTTP API that is used: KV version 2, lookup-self and renew-self. */
class TestVault {
  readonly renewals: number[] = [];
  secret: Record<string, unknown> = { BINANCE_API_KEY: 'key-from-vault', DB_PASSWORD: 'password-from-vault' };
  token: { ttl: number; renewable: boolean } = { ttl: 2, renewable: true };
  failures = 0;
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const [status, body] = this.answer(request);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer({ method, url, headers }: IncomingMessage): [number, object] {
    if (this.failures > 0) {
      this.failures -= 1;
      return [503, { errors: ['Vault is sealed'] }];
    }
    if (headers['x-vault-token'] !== TOKEN) return [403, { errors: ['permission denied'] }];
    const asked = `${method} ${url}`;
    if (asked === 'GET /v1/secret/data/elvis') {
      return [200, { data: { data: this.secret, metadata: { version: 3 } } }];
    }
    if (asked === 'GET /v1/auth/token/lookup-self') return [200, { data: this.token }];
    if (asked === 'POST /v1/auth/token/renew-self') {
      this.renewals.push(performance.now());
      return [200, { auth: { lease_duration: this.token.ttl, renewable: true } }];
    }
    return [404, { errors: [] }];
  }
}

describe('secrets from Vault', () => {
  let vault: TestVault;
  let address: string;
  const log = { info: () => undefined, error: () => undefined };

  beforeEach(async () => {
    vault = new TestVault();
    address = await vault.listen();
  });

  afterEach(() => vault.close());

  const read = (more: Record<string, string> = {}) =>
    readVault({ VAULT_ADDR: address, VAULT_TOKEN: TOKEN, ...more });

  it('are every variable that stands at the path', async () => {
    expect((await read()).values).toEqual(vault.secret);
    expect((await read({ VAULT_ADDR: `${address}/`, VAULT_PATH: 'secret/elvis/' })).values).toEqual(
      vault.secret,
    );
  });

  it('are none where no address is set', async () => {
    expect((await readVault({ VAULT_TOKEN: TOKEN })).values).toEqual({});
  });

  it.each`
    because                         | settings                          | says
    ${'the token is missing'}       | ${{ VAULT_TOKEN: '' }}            | ${/VAULT_ADDR is set, but VAULT_TOKEN is not/}
    ${'the token is refused'}       | ${{ VAULT_TOKEN: 'hvs.another' }} | ${/refused VAULT_TOKEN/}
    ${'nothing stands at the path'} | ${{ VAULT_PATH: 'secret/other' }} | ${/no secret at VAULT_PATH/}
    ${'the path names no mount'}    | ${{ VAULT_PATH: 'elvis' }}        | ${/VAULT_PATH must be/}
    ${'the address is none'}        | ${{ VAULT_ADDR: 'vault:8200' }}   | ${/VAULT_ADDR must be/}
  `('stop the start when $because, without a value in the message', async ({ settings, says }) => {
    const refused = read(settings as Record<string, string>);
    await expect(refused).rejects.toThrow(says as RegExp);
    await expect(refused).rejects.not.toThrow(/hvs\.|from-vault/);
  });

  it('stop the start when a value is no text', async () => {
    vault.secret = { DB_PASSWORD: { nested: 'hidden-value' } };
    await expect(read()).rejects.toThrow(/must be text: DB_PASSWORD/);
    await expect(read()).rejects.not.toThrow(/hidden-value/);
  });

  it('are waited for while Vault starts', async () => {
    vault.failures = 2;
    expect((await read()).values).toEqual(vault.secret);
  });

  it('stop the start when Vault cannot be asked', async () => {
    vault.failures = 100;
    await expect(read()).rejects.toThrow(/cannot be used: it answered with HTTP 503/);
  });

  it('keep their token alive for as long as they are needed', async () => {
    const secrets = await read();
    secrets.keepToken(log);
    const deadline = performance.now() + 30_000;
    while (vault.renewals.length < 2 && performance.now() < deadline) {
      await pause(20);
    }
    secrets.stop();
    expect(vault.renewals.length).toBeGreaterThanOrEqual(2);
  });
});
