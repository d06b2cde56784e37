/** What one client hears of the market: it names streams and is relayed the exchange's messages as they are. */
import { Market } from '@elvis/trading';
import { SymbolLists } from '../market/symbol-list';
import { FrontSocket } from './front-socket';
import { streamNamed, symbolOf } from './domain/stream-names';
import { RelayReader } from './relay-reader';

const STREAMS_AT_MOST = 1_024;

interface Control {
  readonly method?: unknown;
  readonly params?: unknown;
  readonly id?: unknown;
}

export class MarketSubscriptions {
  private readonly streams = new Map<string, () => void>();

  constructor(
    private readonly client: FrontSocket,
    private readonly market: Market,
    private readonly relay: RelayReader,
    private readonly symbols: SymbolLists,
    private isCombined: boolean,
  ) {
    client.onEnd(() => this.streams.forEach((stop) => stop()));
  }

  /** @returns what is wrong with one of them; then none is subscribed to */
  async subscribe(names: readonly string[]): Promise<string | undefined> {
    const streams: string[] = [];
    for (const name of names) {
      const stream = streamNamed(this.market, name);
      const symbol = stream && symbolOf(stream);
      const isThere = symbol === undefined || (await this.symbols.of(this.market)).bySymbol.has(symbol);
      if (stream === undefined || !isThere) return `unknown stream \`${name}\``;
      streams.push(stream);
    }
    const added = streams.filter((stream) => !this.streams.has(stream));
    if (this.streams.size + added.length > STREAMS_AT_MOST) return `more than ${STREAMS_AT_MOST} streams`;
    if (!this.client.isOpen) return undefined;
    for (const stream of added)
      this.streams.set(
        stream,
        this.relay.listen(this.market, stream, (data) =>
          this.client.send(this.isCombined ? `{"stream":${JSON.stringify(stream)},"data":${data}}` : data),
        ),
      );
    return undefined;
  }

  /** A control message of the client, answered. */
  async control(text: string): Promise<void> {
    const message = parsed(text);
    if (!message)
      return this.client.send('{"error":{"code":3,"msg":"Invalid JSON: expected value at line 1 column 1"}}');
    const id = JSON.stringify(message.id ?? null);
    const result = (value: string): void => this.client.send(`{"result":${value},"id":${id}}`);
    const invalid = (what: string): void =>
      this.client.send(`{"error":{"code":2,"msg":${JSON.stringify(`Invalid request: ${what}`)}},"id":${id}}`);
    const params = Array.isArray(message.params) ? message.params.map(String) : [];
    switch (message.method) {
      case 'SUBSCRIBE': {
        const wrong = await this.subscribe(params).catch(
          () => 'what can be subscribed to is not known now; try again',
        );
        return wrong === undefined ? result('null') : invalid(wrong);
      }
      case 'UNSUBSCRIBE':
        for (const name of params) this.drop(streamNamed(this.market, name) ?? name);
        return result('null');
      case 'LIST_SUBSCRIPTIONS':
        return result(JSON.stringify([...this.streams.keys()]));
      case 'SET_PROPERTY':
        if (params[0] === 'combined') this.isCombined = params[1] === 'true';
        return result('null');
      case 'GET_PROPERTY':
        return result(`${this.isCombined}`);
      default:
        return invalid(
          `unknown variant \`${String(message.method)}\`, expected one of \`SUBSCRIBE\`, \`UNSUBSCRIBE\`, \`LIST_SUBSCRIPTIONS\`, \`SET_PROPERTY\`, \`GET_PROPERTY\``,
        );
    }
  }

  private drop(stream: string): void {
    this.streams.get(stream)?.();
    this.streams.delete(stream);
  }
}

function parsed(text: string): Control | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
