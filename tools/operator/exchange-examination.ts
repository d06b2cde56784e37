/** The exchange as `doctor` sees it: may this key trade here, as Elvis wants to, on an account set up as Elvis needs it? */
import {
  BinanceAnswer,
  BinanceRequest,
  BinanceTransport,
  ExchangeInfo,
  FuturesPosition,
  FuturesSymbolConfig,
  futures,
  TRADING_MODES,
  TradingMode,
  request,
  tradingHostProblems,
} from '@elvis/binance';

export interface Finding {
  readonly what: string;
  readonly verdict: 'ok' | 'WARNING' | 'FAILED' | 'unknown';
  readonly detail: string;
}

export interface ExchangeToExamine {
  readonly mode: string;
  readonly confirmed: string;
  /** ALLOW_HOST: hosts beside the known ones. */
  readonly allowedHosts: readonly string[];
  readonly symbols: readonly string[];
  readonly defaultLeverage: number;
  readonly restUrl: string | undefined;
  readonly apiKey: string | undefined;
  readonly apiSecret: string | undefined;
}

const RECV_WINDOW_MS = 5_000;
const TIMEOUT_MS = 5_000;
/** Above this the machine's clock deserves a look, though Elvis itself goes by the exchange's. */
const CLOCK_WARNING_MS = 500;

type Ask = <Body>(request: BinanceRequest) => Promise<Body>;

export async function examineExchange(exchange: ExchangeToExamine): Promise<Finding[]> {
  const { restUrl, apiKey, apiSecret, mode, confirmed } = exchange;
  const missing = Object.entries({
    BINANCE_FUTURES_URL: restUrl,
    BINANCE_API_KEY: apiKey,
    BINANCE_API_SECRET: apiSecret,
  })
    .filter(([, value]) => !value)
    .map(([name]) => name);
  if (!restUrl || !apiKey || !apiSecret)
    return [finding('exchange', 'FAILED', `not set: ${missing.join(', ')}`)];
  const strange = hostProblems(restUrl, exchange);
  if (strange.length > 0) return strange.map((problem) => finding('host', 'FAILED', problem));
  const transport = new BinanceTransport(restUrl, { apiKey, apiSecret }, TIMEOUT_MS);
  const sentAtMs = Date.now();
  const first = await attempt('exchange', async () => {
    const { serverTime } = read<{ serverTime: number }>(await transport.send(futures.time()));
    return { offsetMs: serverTime - (sentAtMs + Date.now()) / 2, tookMs: Date.now() - sentAtMs };
  });
  if ('verdict' in first) return [first];
  const ask: Ask = async (wanted) =>
    read(
      await transport.send(wanted, {
        timestampMs: Math.round(Date.now() + first.offsetMs),
        recvWindowMs: RECV_WINDOW_MS,
      }),
    );
  const questions: [string, () => Promise<Finding>][] = [
    ['symbols', () => examineSymbols(ask, exchange.symbols)],
    ['key', () => examineKey(ask)],
    ['key rights', () => examineRights(ask, mode)],
    ['position mode', () => examinePositionMode(ask)],
    ['margin mode', () => examineMarginMode(ask)],
    ['leverage', () => examineLeverage(ask, exchange)],
    ['open orders', () => examineOpenOrders(ask)],
    ['positions', () => examinePositions(ask)],
  ];
  const answers: Finding[] = [];
  for (const [what, question] of questions) answers.push(await attempt(what, question));
  return [
    finding('exchange', 'ok', `${new URL(restUrl).host} answers in ${first.tookMs} ms, mode ${mode}`),
    mode === 'live' && confirmed !== 'yes'
      ? finding('live', 'FAILED', 'TRADING_MODE=live also needs LIVE_TRADING_CONFIRMED=yes')
      : finding(
          'clock',
          Math.abs(first.offsetMs) > CLOCK_WARNING_MS ? 'WARNING' : 'ok',
          `exchange minus this machine: ${Math.round(first.offsetMs)} ms`,
        ),
    ...answers,
  ];
}

/** Nothing is signed for a host that the services would refuse: the key is not shown to it. */
function hostProblems(restUrl: string, { mode, allowedHosts }: ExchangeToExamine): readonly string[] {
  if (!(TRADING_MODES as readonly string[]).includes(mode))
    return [`TRADING_MODE must be ${TRADING_MODES.join(', ')}`];
  return tradingHostProblems({
    mode: mode as TradingMode,
    urls: { BINANCE_FUTURES_URL: restUrl },
    allowed: allowedHosts,
  });
}

async function examineSymbols(ask: Ask, symbols: readonly string[]): Promise<Finding> {
  const info = await ask<ExchangeInfo>(futures.exchangeInfo());
  const closed = symbols.filter(
    (name) => info.symbols.find(({ symbol }) => symbol === name)?.status !== 'TRADING',
  );
  if (closed.length > 0)
    return finding('symbols', 'FAILED', `the exchange does not trade these now: ${closed.join(', ')}`);
  const limits = info.rateLimits.map(
    ({ rateLimitType, intervalNum, interval, limit }) =>
      `${rateLimitType} ${limit}/${intervalNum} ${interval}`,
  );
  return finding('symbols', 'ok', `${symbols.join(', ')}; limits: ${limits.join(', ')}`);
}

async function examineKey(ask: Ask): Promise<Finding> {
  const balances = await ask<{ asset: string; balance: string }[]>(futures.balance());
  const held = balances.filter(({ balance }) => Number(balance) !== 0);
  return finding(
    'key',
    'ok',
    held.map(({ asset, balance }) => `${balance} ${asset}`).join(', ') || 'an empty account',
  );
}

/** Only the spot host tells; where it is silent, that is said and not guessed. */
async function examineRights(ask: Ask, mode: string): Promise<Finding> {
  try {
    const rights = await ask<Record<string, unknown>>(
      request('spot', 'GET', '/sapi/v1/account/apiRestrictions', 'SIGNED'),
    );
    if (rights.enableWithdrawals === true) {
      return finding('key rights', 'FAILED', 'this key may withdraw; Elvis must not hold such a key');
    }
    if (rights.enableFutures === false)
      return finding('key rights', 'FAILED', 'this key may not trade futures');
    const open = rights.ipRestrict === true ? '' : '; bind it to this IP';
    return finding('key rights', open && mode === 'live' ? 'WARNING' : 'ok', `no withdrawals${open}`);
  } catch {
    return finding('key rights', 'unknown', 'this exchange does not report what the key may do');
  }
}

async function examinePositionMode(ask: Ask): Promise<Finding> {
  const { dualSidePosition } = await ask<{ dualSidePosition: boolean }>(
    request('futures', 'GET', '/fapi/v1/positionSide/dual', 'SIGNED'),
  );
  return dualSidePosition
    ? finding('position mode', 'FAILED', 'hedge mode; Elvis needs one-way mode')
    : finding('position mode', 'ok', 'one-way');
}

async function examineMarginMode(ask: Ask): Promise<Finding> {
  const { multiAssetsMargin } = await ask<{ multiAssetsMargin: boolean }>(
    request('futures', 'GET', '/fapi/v1/multiAssetsMargin', 'SIGNED'),
  );
  return multiAssetsMargin
    ? finding('margin mode', 'FAILED', 'multi-assets mode; Elvis needs single-asset mode')
    : finding('margin mode', 'ok', 'single-asset');
}

async function examineLeverage(ask: Ask, { symbols, defaultLeverage }: ExchangeToExamine): Promise<Finding> {
  const configs = await ask<FuturesSymbolConfig[]>(futures.symbolConfig());
  const ours = configs.filter(({ symbol }) => symbols.includes(symbol));
  const text = ours
    .map(({ symbol, leverage, marginType }) => `${symbol} ${leverage}x ${marginType}`)
    .join(', ');
  const above = ours.some(({ leverage }) => leverage > defaultLeverage);
  return finding(
    'leverage',
    'ok',
    above ? `${text}; set to ${defaultLeverage}x before the first order` : text,
  );
}

async function examineOpenOrders(ask: Ask): Promise<Finding> {
  const orders = await ask<{ clientOrderId: string }[]>(futures.openOrders());
  return finding(
    'open orders',
    orders.length > 0 ? 'WARNING' : 'ok',
    `${orders.length} open at the exchange`,
  );
}

async function examinePositions(ask: Ask): Promise<Finding> {
  const held = (await ask<FuturesPosition[]>(futures.positions())).filter(
    ({ positionAmt }) => Number(positionAmt) !== 0,
  );
  const text = held.map(({ symbol, positionAmt }) => `${symbol} ${positionAmt}`).join(', ');
  return finding('positions', held.length > 0 ? 'WARNING' : 'ok', text || 'flat');
}

const finding = (what: string, verdict: Finding['verdict'], detail: string): Finding => ({
  what,
  verdict,
  detail,
});

async function attempt<Result>(what: string, question: () => Promise<Result>): Promise<Result | Finding> {
  try {
    return await question();
  } catch (error) {
    return finding(what, 'FAILED', error instanceof Error ? error.message : String(error));
  }
}

/** @throws Error in the exchange's own words */
function read<Body>({ status, body, text }: BinanceAnswer): Body {
  if (status === 200 && body !== undefined) return body as Body;
  const { code, msg } = (body ?? {}) as { code?: number; msg?: string };
  throw new Error(
    `the exchange answered with HTTP ${status}${code === undefined ? '' : `, code ${code}`}: ${msg ?? text.slice(0, 80)}`,
  );
}
