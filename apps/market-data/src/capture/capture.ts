/**
 * One capture: gathers what is heard of its symbols into numbered parts. It begins with each order book as it stands, and
 * ends early where the exchange's own numbers show that something was not heard: a recording has no holes.
 */
import { CapturePart, CapturedLine } from '@elvis/contracts';
import { OrderBookSnapshot } from '../domain/local-order-book';
import { MarketMessage } from '../domain/stream-messages';

export interface CapturedOrderBook {
  readonly symbol: string;
  readonly snapshot: OrderBookSnapshot;
  /** Of the last event in it. */
  readonly atMs: number;
}

interface Chain {
  updateId: number;
  tradeId: number | undefined;
}

export class Capture {
  private readonly chains: ReadonlyMap<string, Chain>;
  private lines: CapturedLine[];
  private parts = 0;
  private problem: string | undefined;

  constructor(orderBooks: readonly CapturedOrderBook[]) {
    this.chains = new Map(
      orderBooks.map(({ symbol, snapshot }) => [
        symbol,
        { updateId: snapshot.lastUpdateId, tradeId: undefined },
      ]),
    );
    this.lines = orderBooks.map(({ symbol, snapshot, atMs }) => ({
      symbol,
      atMs,
      text: JSON.stringify(snapshot),
    }));
  }

  /** Why nothing more is gathered; undefined while all is well. */
  get brokenBy(): string | undefined {
    return this.problem;
  }

  hear(message: MarketMessage, text: string): void {
    const chain = this.chains.get(message.symbol);
    if (!chain || this.problem !== undefined || message.kind === 'ticker') return;
    if (message.kind === 'depth' && !this.follows(message, chain)) return;
    if (message.kind === 'trade' && !this.isNext(Number(message.tradeId), message.symbol, chain)) return;
    const atMs = message.kind === 'trade' ? message.tradeTimeMs : message.eventTimeMs;
    this.lines.push({ symbol: message.symbol, atMs, text });
  }

  /** What was gathered since the last part; undefined if that is nothing. */
  takePart(): CapturePart | undefined {
    return this.lines.length > 0 ? this.next({}) : undefined;
  }

  /** The last one. */
  end(): CapturePart {
    return this.next({ ended: this.problem ?? null });
  }

  private next(ending: Pick<CapturePart, 'ended'>): CapturePart {
    const part = { part: this.parts, lines: this.lines, ...ending };
    this.parts += 1;
    this.lines = [];
    return part;
  }

  private follows(
    { symbol, previousUpdateId, lastUpdateId }: Extract<MarketMessage, { kind: 'depth' }>,
    chain: Chain,
  ): boolean {
    // A new connection repeats what the one before it brought.
    if (lastUpdateId <= chain.updateId) return false;
    if (previousUpdateId !== chain.updateId)
      return this.break(`changes of the order book of ${symbol} were missed`);
    chain.updateId = lastUpdateId;
    return true;
  }

  private isNext(tradeId: number, symbol: string, chain: Chain): boolean {
    if (chain.tradeId !== undefined && tradeId <= chain.tradeId) return false;
    if (chain.tradeId !== undefined && tradeId !== chain.tradeId + 1)
      return this.break(`trades of ${symbol} were missed`);
    chain.tradeId = tradeId;
    return true;
  }

  private break(problem: string): false {
    this.problem = problem;
    return false;
  }
}
