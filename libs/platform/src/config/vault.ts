/**
 * Secrets from HashiCorp Vault: with `VAULT_ADDR` and `VAULT_TOKEN` set, every variable that stands in the KV version 2
 * secret `VAULT_PATH` counts before the one of the environment. The token is renewed for as long as the service runs.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { ConfigError, Environment } from './load-config';
import { Log } from '../observability/logger';

const DEFAULT_PATH = 'secret/elvis';
const TIMEOUT_MS = 5_000;
const TRIES = 4;
const PAUSE_MS = 500;
const SHORTEST_WAIT_MS = 1_000;

/** Undefined values and no timers where the environment names no Vault. */
export interface VaultSecrets {
  readonly values: Environment;
  /** Renews the token at half of its life, until `stop`. */
  keepToken(log: Pick<Log, 'info' | 'error'>): void;
  stop(): void;
}

interface VaultAnswer {
  readonly status: number;
  readonly body: {
    readonly data?: { readonly data?: unknown; readonly ttl?: number; readonly renewable?: boolean };
    readonly auth?: { readonly lease_duration?: number };
  };
}

const NO_VAULT: VaultSecrets = { values: {}, keepToken: () => undefined, stop: () => undefined };

/** @throws ConfigError saying what is missing or refused, never a value */
export async function readVault(env: Environment): Promise<VaultSecrets> {
  const { VAULT_ADDR: address, VAULT_TOKEN: token, VAULT_PATH: path = DEFAULT_PATH } = env;
  if (!address) return NO_VAULT;
  if (!token) throw refusal('VAULT_ADDR is set, but VAULT_TOKEN is not; set both');
  const [, mount, name] = /^([^/]+)\/(.+?)\/*$/.exec(path) ?? [];
  if (!mount || !name) throw refusal('VAULT_PATH must be <mount>/<path>, for example secret/elvis');
  if (!/^https?:\/\//.test(address)) throw refusal('VAULT_ADDR must be an http or https address');
  const vault = new Vault(address.replace(/\/+$/, ''), token);
  const values = valuesOf(await vault.ask('GET', `${mount}/data/${name}`), path);
  const lifeMs = await vault.lifeMs();
  return {
    values,
    keepToken: (log) => vault.keepToken(lifeMs, log),
    stop: () => vault.stop(),
  };
}

class Vault {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly address: string,
    private readonly token: string,
  ) {}

  /** Answers 4xx as they are; failures on the way and 5xx are tried again. */
  async ask(method: 'GET' | 'POST', path: string, tries = TRIES): Promise<VaultAnswer> {
    let reason = '';
    for (let attempt = 1; attempt <= tries; attempt += 1) {
      if (attempt > 1) await pause(PAUSE_MS * (attempt - 1));
      try {
        const answer = await fetch(`${this.address}/v1/${path}`, {
          method,
          headers: { 'X-Vault-Token': this.token, 'X-Vault-Request': 'true' },
          redirect: 'error',
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        const body = (await answer.json().catch(() => ({}))) as VaultAnswer['body'];
        if (answer.status < 500) return { status: answer.status, body };
        reason = `it answered with HTTP ${answer.status}`;
      } catch (error) {
        const { message, cause } = error as { message?: string; cause?: { message?: string } };
        reason = cause?.message ?? message ?? 'no reason';
      }
    }
    throw refusal(`Vault at VAULT_ADDR cannot be used: ${reason}`);
  }

  /** Undefined for a token that needs no renewal, or that allows none. */
  async lifeMs(): Promise<number | undefined> {
    const { status, body } = await this.ask('GET', 'auth/token/lookup-self');
    const { ttl = 0, renewable = false } = body.data ?? {};
    return status === 200 && renewable && ttl > 0 ? ttl * 1_000 : undefined;
  }

  keepToken(lifeMs: number | undefined, log: Pick<Log, 'info' | 'error'>): void {
    if (lifeMs === undefined) return;
    this.timer = setTimeout(
      () => {
        void this.renew(lifeMs, log);
      },
      Math.max(SHORTEST_WAIT_MS, lifeMs / 2),
    ).unref();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private async renew(lifeMs: number, log: Pick<Log, 'info' | 'error'>): Promise<void> {
    try {
      const { status, body } = await this.ask('POST', 'auth/token/renew-self', 1);
      const seconds = body.auth?.lease_duration ?? 0;
      if (status !== 200)
        throw new Error(
          `Vault refused to renew VAULT_TOKEN (HTTP ${status}); it must not have expired, and its policy has to allow renew-self`,
        );
      if (seconds <= 0)
        throw new Error(
          'Vault did not extend VAULT_TOKEN, perhaps because its longest life is reached; issue a new token before the next start',
        );
      log.info({ seconds }, 'The Vault token was renewed');
      this.keepToken(seconds * 1_000, log);
    } catch (error) {
      log.error(
        { reason: (error as Error).message },
        'The Vault token could not be renewed; retrying. If it expires, the next start fails; what runs goes on',
      );
      // What is left is halved each time, so that the last try comes before the end.
      this.keepToken(Math.max(2 * SHORTEST_WAIT_MS, lifeMs / 2), log);
    }
  }
}

function valuesOf({ status, body }: VaultAnswer, path: string): Environment {
  if (status === 403)
    throw refusal('Vault refused VAULT_TOKEN: it is wrong, expired, or may not read VAULT_PATH');
  const data = body.data?.data;
  if (status !== 200 || typeof data !== 'object' || data === null) {
    throw refusal(`Vault has no secret at VAULT_PATH (${path}); create it there as a KV version 2 secret`);
  }
  const unreadable = Object.entries(data).filter(([, value]) => typeof value !== 'string');
  if (unreadable.length > 0) {
    throw refusal(
      `Values at VAULT_PATH in Vault must be text: ${unreadable.map(([name]) => name).join(', ')}`,
    );
  }
  return data as Environment;
}

const refusal = (problem: string): ConfigError => new ConfigError('Vault', [problem]);
