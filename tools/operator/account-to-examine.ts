/**
 * Whose account `doctor` examines: the one that the running system trades. Its key stands in the environment of the
 * execution process and is read from there, so it is written down nowhere for this. Hosts that the environment or `.env`
 * names come first: that is the preflight of a system that is not started yet.
 */
import { readFileSync } from 'node:fs';
import { StackFile } from '../launcher/stack-file';
import { ExchangeToExamine } from './exchange-examination';

type Values = Readonly<Record<string, string | undefined>>;

export interface AccountToExamine extends ExchangeToExamine {
  /** Where the key comes from, in words. */
  readonly source: string;
}

/** @throws Error where the running system does not let itself be asked */
export function accountToExamine(stack: StackFile | undefined, given: Values): AccountToExamine {
  if (given.BINANCE_FUTURES_URL || !stack) return accountOf(given, 'named by the environment');
  const execution = stack.services.find(({ name }) => name === 'execution');
  if (!execution)
    throw new Error('The exchange account is unknown, because no execution service runs; start Elvis again');
  const risk = stack.services.find(({ name }) => name === 'risk');
  // Only risk has the leverage.
  const { DEFAULT_LEVERAGE } = risk ? environmentOf(risk.pid) : {};
  const values = { ...environmentOf(execution.pid), DEFAULT_LEVERAGE };
  return accountOf(values, `execution (process ${execution.pid}) trades it`);
}

function accountOf(values: Values, source: string): AccountToExamine {
  return {
    source,
    mode: values.TRADING_MODE ?? 'paper',
    confirmed: values.LIVE_TRADING_CONFIRMED ?? 'no',
    allowedHosts: (values.ALLOW_HOST ?? '').split(',').map((host) => host.trim()),
    symbols: (values.SYMBOLS ?? 'BTCUSDT,ETHUSDT').split(',').map((symbol) => symbol.trim()),
    defaultLeverage: Number(values.DEFAULT_LEVERAGE ?? 3),
    restUrl: values.BINANCE_FUTURES_URL,
    apiKey: values.BINANCE_API_KEY,
    apiSecret: values.BINANCE_API_SECRET,
  };
}

/** The kernel shows a process's environment to its own user alone. */
function environmentOf(pid: number): Values {
  try {
    return Object.fromEntries(
      readFileSync(`/proc/${pid}/environ`, 'utf8')
        .split('\0')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
  } catch (error) {
    const reason = (error as Error).message;
    throw new Error(
      `The settings of process ${pid} cannot be read (${reason}); run this as the user that started Elvis`,
    );
  }
}
