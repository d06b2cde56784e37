/** What the admin port can do, one entry a command. */
import { fromMoney, FuturesAccount, toMoney, toUnits } from '@elvis/simulation';
import type { PaperExchange } from '../exchange/paper-exchange';
import { orderRow } from '../json/futures-order-json';
import { priceText, quantityText } from '../json/market-json';
import { FAULT_KINDS, FaultRule } from '../faults/faults';
import { AdminArguments, AdminCommand, AdminError } from './admin-server';

export function adminCommands(exchange: PaperExchange): ReadonlyMap<string, AdminCommand> {
  const account = (args: AdminArguments): FuturesAccount => {
    const found = exchange.futures.exchange.accounts.get(textOf(args, 'account', 'elvis'));
    if (!found) throw new AdminError('Unknown `account`; use `elvis` or `other`');
    return found;
  };
  const commands: Record<string, AdminCommand> = {
    'GET /report': () => ({
      now: exchange.clock.now(),
      ...(exchange.measure.report() as object),
      meters: {
        futures: exchange.meters.futures.report(exchange.clock.now()),
        spot: exchange.meters.spot.report(exchange.clock.now()),
      },
      connections: exchange.streamServer.count,
      feesEarned: fromMoney(exchange.futures.exchange.settlement.feesEarned),
    }),
    'GET /arrivals': () => ({
      arrivals: exchange.measure.arrivals(),
      met: exchange.measure.meetings(),
      // What was played by then follows from when each recording began, and from what was put off since.
      slips: exchange.measure.slips(),
      began: Object.fromEntries([...exchange.feeds].map(([name, { startMs = null }]) => [name, startMs])),
    }),
    'POST /mark': () => exchange.measure.mark(exchange.clock.now()),
    'GET /log/orders': (args) => orderLog(exchange, account(args)),

    'GET /trouble': () => ({ kinds: FAULT_KINDS, rules: exchange.faults.list() }),
    'POST /trouble': (args) => {
      if (!FAULT_KINDS.includes(String(args.kind)))
        throw new AdminError(`Unknown \`kind\`; use one of ${FAULT_KINDS.join(', ')}`);
      return { id: exchange.faults.add(args as unknown as FaultRule) };
    },
    'DELETE /trouble': (args) => exchange.faults.remove(args.id === undefined ? undefined : Number(args.id)),
    'POST /seed': (args) => exchange.faults.reseed(numberOf(args, 'seed')),

    'POST /clock': (args) => {
      exchange.clock.shiftMs = numberOf(args, 'shiftMs');
    },
    'POST /settings': (args) => {
      if (args.visibilityDelayMs !== undefined)
        exchange.behaviour.visibilityDelayMs = numberOf(args, 'visibilityDelayMs');
      if (args.latencyMs !== undefined) exchange.behaviour.latencyMs = numberOf(args, 'latencyMs');
      if (args.retryAfter !== undefined)
        exchange.behaviour.retryAfter = args.retryAfter === true || args.retryAfter === 'on';
      if (args.connectionLifeMs !== undefined)
        exchange.streamServer.settings.lifeMs = numberOf(args, 'connectionLifeMs');
      if (args.answersPings !== undefined)
        exchange.streamServer.settings.answersPings =
          args.answersPings === true || args.answersPings === 'true';
    },
    'POST /streams/disconnect': (args) => {
      const which = textOf(args, 'which', 'all');
      if (which !== 'all' && which !== 'user' && which !== 'market')
        throw new AdminError('Unknown `which`; use `all`, `user` or `market`');
      return { disconnected: exchange.streamServer.disconnect(which) };
    },
    'POST /streams/silence': (args) => {
      exchange.hubs.futures.silentUntil = exchange.hubs.spot.silentUntil =
        exchange.clock.now() + numberOf(args, 'durationMs');
    },
    'POST /coinbase/silence': (args) => exchange.coinbase.silence(numberOf(args, 'durationMs')),
    'POST /coinbase/factor': (args) => {
      const market = exchange.coinbase.markets.get(textOf(args, 'product', ''));
      if (!market)
        throw new AdminError(
          `Unknown \`product\`; use one of ${[...exchange.coinbase.markets.keys()].join(', ')}`,
        );
      const factor = numberOf(args, 'factor');
      if (factor < 0.5 || factor > 2) throw new AdminError('`factor` must be from 0.5 to 2');
      market.factor = factor;
    },
    'POST /listen-key/expire': (args) => exchange.listenKeys.expire(exchange.clock.now(), account(args).id),

    'POST /deposit': (args) => {
      const target = account(args);
      const amount = amountOf(args, 'amount');
      if (args.market === 'spot') {
        const spot = exchange.spot.exchange.accounts.get(target.id)!;
        exchange.spot.deposit(spot, textOf(args, 'asset', 'USDT'), amount, exchange.clock.now());
        return;
      }
      target.wallet += amount;
      exchange.futures.exchange.settlement.addIncome(target, '', 'TRANSFER', amount, exchange.clock.now());
      exchange.futures.accountChanged(target, 'DEPOSIT', [], amount, exchange.clock.now());
    },
    'POST /snapshot': async (args) => {
      const file = await exchange.saveSnapshot(textOf(args, 'file', '') || undefined);
      if (!file)
        throw new AdminError(
          'No snapshot file is configured; send `file`, or start the exchange with --snapshot FILE',
        );
      return { file };
    },
    'POST /reset': (args) => exchange.reset(account(args).id),
    'POST /funding': (args) => {
      const symbol = exchange.futures.exchange.symbols.get(textOf(args, 'symbol', ''));
      if (!symbol) throw new AdminError('Unknown `symbol`; use a futures symbol that this exchange replays');
      if (args.rate !== undefined) symbol.fundingRatePpb = toMoney(textOf(args, 'rate', '0')) * 10n;
      exchange.futures.risk.fund(symbol, exchange.clock.now());
    },
    'POST /price/move': (args) => {
      const name = textOf(args, 'symbol', '');
      const market = args.market === 'spot' ? 'spot' : 'futures';
      const symbol =
        market === 'spot'
          ? exchange.spot.exchange.markets.get(name)
          : exchange.futures.exchange.symbols.get(name);
      const feed = exchange.feeds.get(`${market}:${name}`);
      if (!symbol || !feed)
        throw new AdminError(`Unknown \`symbol\`; use a ${market} symbol that this exchange replays`);
      const text = textOf(args, 'by', '');
      if (!/^-?\d+(\.\d+)?$/.test(text)) throw new AdminError('`by` must be a decimal such as -250.5');
      const units = toUnits(text.replace('-', ''), symbol.instrument.priceDecimals);
      const ticks = Math.round(units / symbol.instrument.price.step) * symbol.instrument.price.step;
      feed.movePrice(text.startsWith('-') ? -ticks : ticks, exchange.clock.now());
      exchange.futures.markNow(exchange.clock.now());
    },
  };
  return new Map(Object.entries(commands));
}

/** Every order of the account with its fills, in the order they came: what a client's own records are compared with. */
function orderLog(exchange: PaperExchange, account: FuturesAccount): string {
  const fills = new Map<bigint, string[]>();
  for (const trade of account.trades) {
    const { instrument } = exchange.futures.exchange.symbols.get(trade.order.symbol)!;
    const text = `{"tradeId":${trade.id},"price":"${priceText(trade.price, instrument)}","quantity":"${quantityText(trade.quantity, instrument)}","fee":"${fromMoney(trade.fee)}","feeAsset":"${trade.feeAsset}","realizedPnl":"${fromMoney(trade.realized)}","maker":${trade.maker},"time":${trade.time}}`;
    const known = fills.get(trade.order.id);
    if (known) known.push(text);
    else fills.set(trade.order.id, [text]);
  }
  const orders = [...account.orders.values()].map((order) => {
    const { instrument } = exchange.futures.exchange.symbols.get(order.symbol)!;
    return `{"order":${orderRow(order, instrument)},"fills":[${(fills.get(order.id) ?? []).join(',')}]}`;
  });
  return `{"account":"${account.id}","orders":[${orders.join(',')}]}`;
}

function amountOf(args: AdminArguments, name: string): bigint {
  const text = textOf(args, name, '');
  if (!/^-?\d{1,12}(\.\d{1,8})?$/.test(text))
    throw new AdminError(
      `\`${name}\` must be a decimal with at most 12 digits before the point and 8 after it, such as 1000.5`,
    );
  return toMoney(text);
}

function numberOf(args: AdminArguments, name: string): number {
  const value = Number(args[name]);
  if (args[name] === undefined || !Number.isFinite(value))
    throw new AdminError(`\`${name}\` must be a number`);
  return value;
}

function textOf(args: AdminArguments, name: string, otherwise: string): string {
  const value = args[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : otherwise;
}
