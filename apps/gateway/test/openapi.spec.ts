import { DENIAL_CODES, FAILURES } from '@elvis/trading';
import { getMetadataStorage } from 'class-validator';
import { opened } from '@elvis/testing';
import {
  AcknowledgeBody,
  ChangedBotConfig,
  NewBotConfig,
  ReasonBody,
  ResumeBody,
  SignalBody,
  StartBody,
  StopBotBody,
} from '../src/bots/bots.dto';
import { SCOPES } from '../src/identity/caller';
import { ClearBody, StopBody } from '../src/kill-switch/stop.dto';
import { OLD_ADDRESSES } from '../src/compat/old-addresses';
import { LeverageBody, LimitsBody, OverrideBody, TradingStateBody } from '../src/control/control.dto';
import {
  AccessKeyBody,
  Credentials,
  ExchangeKeyBody,
  RefreshBody,
  Registration,
  ResetBody,
  UserChange,
} from '../src/users/identity.dto';
import { Amendment, NewOrder, NewOrders } from '../src/orders/new-order.dto';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { startGatewayUnderTest, startServers } from './gateway-under-test';

interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, { readonly properties?: object }> };
}
interface Operation {
  readonly 'x-scope': string;
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Record<string, object>;
}

describe('the OpenAPI document', () => {
  const servers = opened(() => startServers());
  const gateway = opened(() => startGatewayUnderTest(servers));
  const document = opened<Document>(
    async () => (await gateway.call('GET', '/docs-json', { key: null })).body,
  );
  const operations = opened(() =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        name: `${method.toUpperCase()} ${path}`,
        operation,
      })),
    ),
  );

  it('has no number among its parameters that a query cannot say', async () => {
    const values: Readonly<Record<string, string>> = { symbol: 'BTCUSDT', market: 'futures' };
    const limited = operations.filter(
      ({ name, operation }) =>
        name.startsWith('GET') &&
        operation.parameters?.some((one) => one.name === 'limit' && one.in === 'query'),
    );
    expect(limited.length).toBeGreaterThan(10);
    const refused: string[] = [];
    for (const { name } of limited) {
      const path = name.slice(4).replaceAll(/\{(\w+)\}/g, (_, key: string) => values[key] ?? randomUUID());
      const { text } = await gateway.call('GET', `${path}?limit=5`);
      if (/limit must/.test(text)) refused.push(`${name}: ${text}`);
    }
    expect(refused).toEqual([]);
  });

  it('names every route that is served with its scope, and none that is not', () => {
    const present = (path: string): string => OLD_ADDRESSES[path] ?? path;
    const served = gateway.app.routes
      .filter(({ method, url }) => method !== 'HEAD' && (/^\/(api|health)/.test(url) || url in OLD_ADDRESSES))
      .map(({ method, url, scope }) => `${method} ${present(url.replaceAll(/:(\w+)/g, '{$1}'))} ${scope}`);
    const documented = operations.map(({ name, operation }) => `${name} ${operation['x-scope']}`);
    expect([...new Set(served)].sort()).toEqual(documented.sort());
  });

  it('serves every old address beside the present one', () => {
    const urls = new Set(gateway.app.routes.map(({ url }) => url));
    for (const [old, now] of Object.entries(OLD_ADDRESSES))
      expect([urls.has(old), urls.has(now)]).toEqual([true, true]);
  });

  it('has every old address in docs/api.md', () => {
    const page = readFileSync('docs/api.md', 'utf8');
    for (const [old, now] of Object.entries(OLD_ADDRESSES))
      expect(page).toMatch(new RegExp(`\\| \`${old}\` +\\| \`${now}\` +\\|`));
  });

  it('declares a scope and an id of its own for every operation', () => {
    for (const { operation } of operations) {
      expect([...SCOPES, 'anyone', 'public']).toContain(operation['x-scope']);
      expect(
        operations.filter((other) => other.operation.operationId === operation.operationId),
      ).toHaveLength(1);
    }
  });

  it.each([
    ['NewOrder', NewOrder],
    ['NewOrders', NewOrders],
    ['Amendment', Amendment],
    ['NewLeverage', LeverageBody],
    ['NewTradingState', TradingStateBody],
    ['NewLimits', LimitsBody],
    ['NewOverride', OverrideBody],
    ['Credentials', Credentials],
    ['Registration', Registration],
    ['RefreshRequest', RefreshBody],
    ['ResetRequest', ResetBody],
    ['UserChange', UserChange],
    ['NewAccessKey', AccessKeyBody],
    ['NewExchangeKey', ExchangeKeyBody],
    ['StopRequest', StopBody],
    ['ClearRequest', ClearBody],
    ['NewBotConfig', NewBotConfig],
    ['ChangedBotConfig', ChangedBotConfig],
    ['BotStart', StartBody],
    ['BotStop', StopBotBody],
    ['BotReason', ReasonBody],
    ['BotResume', ResumeBody],
    ['BotAcknowledgement', AcknowledgeBody],
    ['Signal', SignalBody],
  ] as const)('lists for %s exactly the fields that are taken', (schema, dto) => {
    const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
    const taken = [...new Set(rules.map(({ propertyName }) => propertyName))].sort();
    expect(Object.keys(document.components.schemas[schema]?.properties ?? {}).sort()).toEqual(taken);
  });

  it('refers to no schema that is missing, and leaves none unused', () => {
    const text = JSON.stringify(document);
    const used = new Set([...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name));
    expect([...used].sort()).toEqual(Object.keys(document.components.schemas).sort());
  });

  it('names no code that does not exist', () => {
    const text = JSON.stringify(operations);
    const codes = new Set([...text.matchAll(/`([A-Z]+_[A-Z_]+)`/g)].map(([, code]) => code));
    const known = new Set<string>([...Object.keys(FAILURES), ...DENIAL_CODES]);
    for (const code of codes) expect(known).toContain(code);
  });

  it('is served as JSON, and as a page that runs no inline script', async () => {
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Elvis' } });
    const page = await gateway.call('GET', '/docs', { key: null });
    expect(page.text).not.toMatch(/<script>|onload=/);
    for (const [, asset] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect((await gateway.call('GET', asset ?? '', { key: null })).status).toBe(200);
    }
  });
});
