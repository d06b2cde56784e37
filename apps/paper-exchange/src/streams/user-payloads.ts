/** Futures user events, field by field as the private stream carries them. */
import {
  accountMargin,
  AlgoOrder,
  averagePrice,
  breakEvenPrice,
  entryPrice,
  Execution,
  fromMoney,
  FuturesAccount,
  FuturesSymbol,
  Instrument,
  Order,
  Position,
  SettledFill,
  Symbols,
  trimmed,
  unrealizedOf,
} from '@elvis/simulation';
import { averageText } from '../json/futures-order-json';
import { priceText, quantityText } from '../json/market-json';

export function orderPayload(
  account: FuturesAccount,
  order: Order,
  instrument: Instrument,
  execution: Execution,
  time: number,
  fill?: SettledFill,
): string {
  const { bids, asks } = account.settings(order.symbol);
  const price = (units: number): string => priceText(units, instrument);
  const quantity = (units: number): string => quantityText(units, instrument);
  const commission = fill ? `"N":"${instrument.quote}","n":"${fromMoney(fill.fee)}",` : '';
  const reduceOnly = order.reduceOnly && order.positionSide === 'BOTH';
  return `{"e":"ORDER_TRADE_UPDATE","T":${time},"E":${time},"o":{"s":"${order.symbol}","c":"${order.clientOrderId}","S":"${order.side}","o":"${order.type}","f":"${order.timeInForce}","q":"${quantity(order.quantity)}","p":"${price(order.price)}","ap":"${averageText(order.filledNotional, order.executed, instrument)}","sp":"${price(order.stopPrice)}","x":"${execution}","X":"${order.status}","i":${order.id},"l":"${quantity(fill?.quantity ?? 0)}","z":"${quantity(order.executed)}","L":"${price(fill?.price ?? 0)}",${commission}"T":${time},"t":${fill?.tradeId ?? 0},"b":"${trimmed(fromMoney(bids))}","a":"${trimmed(fromMoney(asks))}","m":${fill?.maker ?? false},"R":${reduceOnly},"wt":"CONTRACT_PRICE","ot":"${order.origType}","ps":"${order.positionSide}","cp":${order.closePosition},"rp":"${trimmed(fromMoney(fill?.realized ?? 0n))}","pP":false,"si":0,"ss":0,"V":"${order.selfTradePrevention}","pm":"${order.priceMatch}","gtd":${order.goodTillDate},"er":"${order.expiryReason ?? 0}"${order.modifyId === undefined ? '' : `,"M":${order.modifyId}`}}}`;
}

export const tradeLitePayload = (
  order: Order,
  instrument: Instrument,
  time: number,
  fill: SettledFill,
): string =>
  `{"e":"TRADE_LITE","E":${time},"T":${time},"s":"${order.symbol}","q":"${quantityText(order.quantity, instrument)}","p":"${priceText(order.price, instrument)}","m":${fill.maker},"c":"${order.clientOrderId}","S":"${order.side}","L":"${priceText(fill.price, instrument)}","l":"${quantityText(fill.quantity, instrument)}","t":${fill.tradeId},"i":${order.id}}`;

export function accountPayload(
  account: FuturesAccount,
  symbols: ReadonlyMap<string, FuturesSymbol>,
  reason: string,
  positions: readonly Position[],
  balanceChange: bigint,
  time: number,
): string {
  const wallet = fromMoney(account.wallet);
  const cross = fromMoney(crossWalletOf(account, symbols));
  const rows = positions.map((position) => {
    const symbol = symbols.get(position.symbol)!;
    const { instrument } = symbol;
    const type = account.settings(position.symbol).marginType === 'CROSSED' ? 'cross' : 'isolated';
    return `{"s":"${position.symbol}","pa":"${quantityText(position.amount, instrument)}","ep":"${trimmed(fromMoney(entryPrice(position, instrument)))}","cr":"${trimmed(fromMoney(position.realized))}","up":"${fromMoney(unrealizedOf(position, symbol))}","mt":"${type}","iw":"${trimmed(fromMoney(position.isolatedWallet))}","ps":"${position.side}","ma":"${instrument.quote}","bep":"${trimmed(fromMoney(breakEvenPrice(position, instrument)))}"}`;
  });
  return `{"e":"ACCOUNT_UPDATE","T":${time},"E":${time},"a":{"B":[{"a":"USDT","wb":"${wallet}","cw":"${cross}","bc":"${trimmed(fromMoney(balanceChange))}"}],"P":[${rows.join(',')}],"m":"${reason}"}}`;
}

export const leveragePayload = (symbol: string, leverage: number, time: number): string =>
  `{"e":"ACCOUNT_CONFIG_UPDATE","E":${time},"T":${time},"ac":{"s":"${symbol}","l":${leverage}}}`;

export const assetsModePayload = (multi: boolean, time: number): string =>
  `{"e":"ACCOUNT_CONFIG_UPDATE","E":${time},"T":${time},"ai":{"j":${multi}}}`;

export const listenKeyExpiredPayload = (listenKey: string, time: number): string =>
  `{"e":"listenKeyExpired","E":${time},"listenKey":"${listenKey}"}`;

export function algoPayload(order: AlgoOrder, instrument: Instrument, time: number): string {
  const price = (units: number): string => priceText(units, instrument);
  const fired = order.actualOrderId !== undefined;
  const result = fired
    ? `"ap":"${fromMoney(averagePrice(instrument, order.actualPrice, order.actualQuantity), 5)}","aq":"${quantityText(order.actualQuantity, instrument)}","act":"${order.type.endsWith('MARKET') ? 'MARKET' : 'LIMIT'}",`
    : '';
  return `{"e":"ALGO_UPDATE","T":${time},"E":${time},"o":{"caid":"${order.clientAlgoId}","aid":${order.id},"at":"CONDITIONAL","o":"${order.type}","s":"${order.symbol}","S":"${order.side}","ps":"${order.positionSide}","f":"${order.timeInForce}","q":"${quantityText(order.quantity, instrument)}","X":"${order.status}","ai":"${order.actualOrderId ?? ''}",${result}"tp":"${price(order.triggerPrice)}","p":"${price(order.price)}","V":"${order.selfTradePrevention}","wt":"${order.workingType}","pm":"${order.priceMatch}","cp":${order.closePosition},"pP":${order.priceProtect},"R":${order.reduceOnly},"tt":${order.triggerTime},"gtd":${order.goodTillDate},"rm":"${order.reason}"}}`;
}

export function marginCallPayload(
  account: FuturesAccount,
  symbols: ReadonlyMap<string, FuturesSymbol>,
  positions: readonly Position[],
  time: number,
): string {
  const rows = positions.map((position) => {
    const symbol = symbols.get(position.symbol)!;
    return {
      s: position.symbol,
      ps: position.side,
      pa: quantityText(position.amount, symbol.instrument),
      mt: account.settings(position.symbol).marginType,
      iw: trimmed(fromMoney(position.isolatedWallet)),
      mp: fromMoney(symbol.markPrice),
      up: fromMoney(unrealizedOf(position, symbol)),
      mm: '0.0',
    };
  });
  return JSON.stringify({
    e: 'MARGIN_CALL',
    E: time,
    cw: fromMoney(crossWalletOf(account, symbols)),
    p: rows,
  });
}

/** The wallet without what isolated positions hold; no need to go through margins for it. */
function crossWalletOf(account: FuturesAccount, symbols: Symbols): bigint {
  for (const name of symbols.keys())
    if (account.settings(name).marginType === 'ISOLATED') return accountMargin(account, symbols).crossWallet;
  return account.wallet;
}
