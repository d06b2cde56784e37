/** Every stream that we serve and the oracle knows: market events, and the events of an account. */
import { call, Parameters } from '../signed-calls';
import { KEYS, openVenue, PaperVenue } from '../venue';
import { Oracle, samplesOf } from './oracle';
import { Message, Socket } from './socket';
import { STREAM_EXCEPTIONS, STREAMS_NOT_SERVED } from './stream-exceptions';

interface Sample {
  readonly name: string;
  readonly kind: 'stream' | 'ws-api';
  readonly client_sends: readonly string[];
  readonly server_sends: readonly (Message & { readonly data?: Message; readonly event?: Message })[];
}

const SAMPLES = samplesOf<Sample>('binance_net_ws.jsonl').filter(({ kind }) => kind === 'stream');
const SERVED = SAMPLES.filter(({ name }) => !Object.values(STREAMS_NOT_SERVED).flat().includes(name));
const streamOf = ({ client_sends: [sent] }: Sample): string =>
  /"SUBSCRIBE", "params": \[ "([^"]+)"/.exec(sent!)?.[1] ?? '';
const isMarket = (sample: Sample): boolean => streamOf(sample).includes('@');
const eventOf = ({ server_sends: [sent] }: Sample): Message => (sent!.data ?? sent!.event)!;

/** Whether every list in it has something to compare. */
const isFull = (data: unknown): boolean =>
  Object.values(data as object).every((value) => !Array.isArray(value) || value.length > 0);

describe('the paper exchange streams in the shapes of the recorded samples', () => {
  const oracle = new Oracle(STREAM_EXCEPTIONS);
  let venue: PaperVenue;
  const sockets: Socket[] = [];

  const open = async (from: PaperVenue, path: string): Promise<Socket> => {
    const socket = await Socket.open(from, path);
    sockets.push(socket);
    return socket;
  };
  const write = async (method: string, path: string, parameters: Parameters): Promise<void> => {
    const answer = await call(venue, method, path, parameters);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.text}`);
  };

  beforeAll(async () => {
    const opened = await openVenue({ SYMBOLS: 'BTCUSDT', PAPER_BALANCE: '1000000', PAPER_SPEED: '5' });
    venue = { ...opened, apiKey: KEYS.BINANCE_API_KEY, apiSecret: KEYS.BINANCE_API_SECRET };
  });
  afterAll(async () => {
    for (const socket of sockets) socket.close();
    await venue.stop();
  });

  it.each(SERVED.filter(isMarket).map((sample) => [sample.name, sample] as const))(
    '%s',
    async (name, sample) => {
      const stream = streamOf(sample);
      const route = !name.startsWith('UsdFutures')
        ? ''
        : /depth|bookTicker/.test(stream)
          ? '/public'
          : '/market';
      const socket = await open(venue, `${route}/stream?streams=${stream}`);
      if (stream.includes('forceOrder')) {
        const { exchange } = venue.exchange.futures;
        const forced = exchange.force(
          exchange.accounts.get('other')!,
          {
            symbol: 'BTCUSDT',
            side: 'SELL',
            positionSide: 'BOTH',
            quantity: 2,
            clientOrderId: 'autoclose-1',
          },
          venue.exchange.clock.now(),
        );
        venue.exchange.futures.liquidated(
          exchange.symbol('BTCUSDT').market,
          forced,
          venue.exchange.clock.now(),
        );
      }
      const message = await socket.next((came) => came.stream === stream && isFull(came.data));
      expect(oracle.compare(name, sample.server_sends[0]!.data, message.data)).toEqual([]);
    },
  );

  it.each(SERVED.filter((sample) => !isMarket(sample)).map((sample) => [sample.name, sample] as const))(
    '%s',
    async (name, sample) => {
      const wanted = eventOf(sample);
      const event = name.startsWith('Spot') ? await spotEvent(wanted) : await futuresEvent(wanted);
      expect(oracle.compare(name, wanted, event)).toEqual([]);
    },
  );

  it('leaves out the listed streams only, and needs every exception it lists', () => {
    const listed = Object.values(STREAMS_NOT_SERVED).flat();
    expect(listed.filter((name) => !SAMPLES.some((sample) => sample.name === name))).toEqual([]);
    expect(oracle.idle()).toEqual([]);
  });

  async function spotEvent(wanted: Message): Promise<unknown> {
    const socket = await open(venue, '/ws-api/v3');
    const joined = await socket.call('userDataStream.subscribe.signature', {}, true);
    expect(joined).toMatchObject({ status: 200, result: { subscriptionId: expect.any(Number) } });
    const account = venue.exchange.spot.exchange.accounts.get('elvis')!;
    if (wanted.e === 'balanceUpdate')
      venue.exchange.spot.deposit(account, 'USDT', 100n, venue.exchange.clock.now());
    else if (wanted.e === 'listStatus')
      await write('POST', '/api/v3/orderList/oco', {
        ...{ symbol: 'BTCUSDT', side: 'BUY', quantity: '0.001', belowType: 'LIMIT_MAKER' },
        ...{ aboveType: 'STOP_LOSS', aboveStopPrice: 64_500, belowPrice: 59_000 },
      });
    else
      await write('POST', '/api/v3/order', {
        ...{ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC' },
        ...{ quantity: '0.001', price: 59_000 },
      });
    const came = await socket.next(({ event }) => (event as Message | undefined)?.e === wanted.e);
    return came.event;
  }

  async function futuresEvent(wanted: Message): Promise<unknown> {
    const { listenKey } = (await call(venue, 'POST', '/fapi/v1/listenKey')).body as { listenKey: string };
    const socket = await open(venue, `/private/stream?listenKey=${listenKey}`);
    const symbol = 'BTCUSDT';
    const account = venue.exchange.futures.exchange.accounts.get('elvis')!;
    switch (wanted.e) {
      case 'ALGO_UPDATE':
        await write('POST', '/fapi/v1/algoOrder', {
          ...{ algoType: 'CONDITIONAL', symbol, side: 'SELL', type: 'STOP_MARKET' },
          ...{ quantity: '0.002', triggerPrice: 50_000 },
        });
        break;
      case 'ACCOUNT_CONFIG_UPDATE':
        if ('ac' in wanted) await write('POST', '/fapi/v1/leverage', { symbol, leverage: 25 });
        else await write('POST', '/fapi/v1/multiAssetsMargin', { multiAssetsMargin: 'true' });
        break;
      default:
        await write('POST', '/fapi/v1/order', { symbol, side: 'BUY', type: 'MARKET', quantity: '0.002' });
        if (wanted.e === 'MARGIN_CALL')
          venue.exchange.futures.marginCalled(account, account.openPositions(), venue.exchange.clock.now());
    }
    const came = await socket.next(({ data }) => {
      const event = data as Message | undefined;
      const fits = wanted.e !== 'ACCOUNT_CONFIG_UPDATE' || (event && 'ac' in wanted === 'ac' in event);
      const traded = wanted.e !== 'ORDER_TRADE_UPDATE' || (event?.o as Message | undefined)?.x === 'TRADE';
      return event?.e === wanted.e && !!fits && traded;
    });
    return came.data;
  }
});
