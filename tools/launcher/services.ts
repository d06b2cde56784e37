/**
 * The services of a running system: where each one's configuration class is, and which of the values at hand it is
 * given. A service gets the variables its class names and no others, so a key reaches only who uses it.
 */
import { ConfigError, ProcessConfig, loadConfig, variablesOf } from '@elvis/platform';
import { FrontConfig } from '../../apps/binance-gateway/src/front.config';
import { BotsConfig } from '../../apps/bots/src/bots.config';
import { DashboardConfig } from '../../apps/dashboard/src/dashboard.config';
import { ExecutionConfig } from '../../apps/execution/src/execution.config';
import { GatewayConfig } from '../../apps/gateway/src/gateway.config';
import { MarketDataConfig } from '../../apps/market-data/src/market-data.config';
import { PaperExchangeConfig } from '../../apps/paper-exchange/src/paper-exchange.config';
import { RiskConfig } from '../../apps/risk/src/risk.config';
import { TradeHistoryConfig } from '../../apps/trade-history/src/trade-history.config';

export const SERVICE_CONFIGS = {
  'paper-exchange': PaperExchangeConfig,
  'trade-history': TradeHistoryConfig,
  execution: ExecutionConfig,
  'market-data': MarketDataConfig,
  risk: RiskConfig,
  bots: BotsConfig,
  gateway: GatewayConfig,
  'binance-gateway': FrontConfig,
  dashboard: DashboardConfig,
} as const satisfies Record<string, new () => ProcessConfig>;

export type ServiceName = keyof typeof SERVICE_CONFIGS;
/** In the order they may be started; a stop goes the other way. */
export const SERVICE_NAMES = Object.keys(SERVICE_CONFIGS) as ServiceName[];

export type Values = Readonly<Record<string, string | undefined>>;

/** Of all values, those that this service's configuration class names. */
export function environmentOf(service: ServiceName, values: Values): Record<string, string> {
  const { names, families } = variablesOf(SERVICE_CONFIGS[service]);
  const isItsOwn = (name: string): boolean =>
    names.includes(name) || families.some(({ prefix }) => name.startsWith(prefix));
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value !== undefined && isItsOwn(name) ? [[name, value]] : [],
    ),
  );
}

/** Everything that is wrong with what these services would be given, each sentence once. */
export function configurationProblems(environments: ReadonlyMap<ServiceName, Values>): string[] {
  const problems = new Set<string>();
  for (const [service, environment] of environments) {
    try {
      loadConfig<object>(SERVICE_CONFIGS[service], environment);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      error.problems.forEach((problem) => problems.add(problem));
    }
  }
  return [...problems];
}
