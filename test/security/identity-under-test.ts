/** A gateway and a trade-history on real PostgreSQL, Redis and NATS, and people who have come in as people do. */
import { Scope } from '@elvis/contracts';
import { RunningService, loadConfig, startService } from '@elvis/platform';
import { Redis } from 'ioredis';
import { Pool } from 'pg';
import {
  Answer,
  CallOptions,
  GatewayUnderTest,
  Servers,
  startGatewayUnderTest,
  startServers,
} from '../../apps/gateway/test/gateway-under-test';
import { TradeHistoryConfig } from '../../apps/trade-history/src/trade-history.config';
import { TradeHistoryModule } from '../../apps/trade-history/src/trade-history.module';
import { PrivatePostgres, startPostgres, until } from '@elvis/testing';

export const JWT_SECRET = 'f3a91c07d2e84b65aa10-for-this-test';
const ENCRYPTION_KEY = '0f1e2d3c4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff0';
export const PASSWORD = 'a long sentence';

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

type StandsOn = Pick<Servers, 'redis' | 'nats'>;

let people = 0;

export class IdentityUnderTest {
  private readonly gateways: GatewayUnderTest[] = [];

  private constructor(
    readonly servers: StandsOn,
    private readonly own: Servers | undefined,
    readonly postgres: PrivatePostgres,
    private history: RunningService,
    readonly redis: Redis,
    readonly pool: Pool,
  ) {}

  /** On servers of its own, or on those that another part of the test has started. */
  static async start(shared?: StandsOn): Promise<IdentityUnderTest> {
    const [own, postgres] = await Promise.all([shared ? undefined : startServers(), startPostgres()]);
    const servers = shared ?? own!;
    const made = new IdentityUnderTest(
      servers,
      own,
      postgres,
      await startHistory(servers, postgres),
      new Redis(servers.redis.url),
      new Pool({ connectionString: postgres.url }),
    );
    return made;
  }

  async gateway(environment: Readonly<Record<string, string>> = {}): Promise<GatewayUnderTest> {
    const gateway = await startGatewayUnderTest(this.servers, {
      JWT_SECRET,
      ENCRYPTION_KEY,
      RATE_LIMIT_LOGIN: 'off',
      ...environment,
    });
    this.gateways.push(gateway);
    return gateway;
  }

  async stopHistory(): Promise<void> {
    await this.history.stop();
  }

  async startHistory(): Promise<void> {
    this.history = await startHistory(this.servers, this.postgres);
  }

  async stop(): Promise<void> {
    this.redis.disconnect();
    await this.pool.end();
    for (const gateway of this.gateways) await gateway.stop();
    await this.history.stop();
    await Promise.all([this.own?.stop(), this.postgres.stop()]);
  }
}

async function startHistory({ nats }: StandsOn, postgres: PrivatePostgres): Promise<RunningService> {
  const history = await startService(
    { name: 'trade-history', module: TradeHistoryModule, config: TradeHistoryConfig },
    loadConfig(TradeHistoryConfig, {
      ...postgres.env,
      NATS_URL: nats.urls['trade-history'],
      LOG_LEVEL: 'fatal',
    }),
  );
  await until(
    async () => (await fetch(`http://127.0.0.1:${history.opsPort}/health/ready`)).ok,
    'the history is ready',
    30_000,
  );
  return history;
}

/** What people and keys do at a gateway. */
export class Door {
  constructor(readonly gateway: GatewayUnderTest) {}

  call(method: string, path: string, options?: CallOptions): Promise<Answer> {
    return this.gateway.call(method, path, options);
  }

  post(path: string, body: object): Promise<Answer> {
    return this.call('POST', path, { key: null, body });
  }

  signIn(email: string, password = PASSWORD, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call('POST', '/api/v1/auth/login', { key: null, headers, body: { email, password } });
  }

  /** Invited, registered, given scopes and signed in. */
  async person(scopes: readonly Scope[] = []): Promise<Person> {
    const email = `ada${(people += 1)}@desk.example`;
    const invited = await this.call('POST', '/api/v1/invitations', { body: { email } });
    const { body } = await this.post('/api/v1/auth/register', {
      email,
      password: PASSWORD,
      invitation: invited.body.token as string,
    });
    const id = body.id as string;
    if (scopes.length > 0) await this.call('PUT', `/api/v1/users/${id}`, { body: { scopes } });
    const { accessToken, refreshToken } = (await this.signIn(email)).body as Person;
    return { id, email, accessToken, refreshToken };
  }

  /** A key, made by whoever `as` is; by the key of the environment unless told otherwise. */
  async key(
    scopes: readonly Scope[],
    { as, ...more }: { as?: CallOptions; userId?: string; expiresAt?: string } = {},
  ): Promise<{ id: string; key: string }> {
    const { status, text, body } = await this.call('POST', '/api/v1/access-keys', {
      ...as,
      body: { name: 'spec', scopes, ...more },
    });
    if (status !== 201) throw new Error(`No key was made: ${text}`);
    return body as { id: string; key: string };
  }
}

export const bearer = ({ accessToken }: Pick<Person, 'accessToken'>): CallOptions => ({
  key: null,
  headers: { authorization: `Bearer ${accessToken}` },
});
