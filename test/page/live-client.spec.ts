/** The page's stream against a real gateway: what it follows, what it goes on with after a loss, and what it tells. */
import { orderBookFeed } from '@elvis/contracts';
import { Bus, natsOptions } from '@elvis/platform';
import { opened, until } from '@elvis/testing';
import { connect, JSONCodec } from 'nats';
import { WebSocket } from 'ws';
import { LiveClient, LiveState, Socket } from '../../apps/dashboard/page/src/live/live-client';
import { AccountMessage, MarketFrame } from '../../apps/dashboard/page/src/live/messages';
import { API_KEY, startGatewayUnderTest, startServers } from '../../apps/gateway/test/gateway-under-test';

describe("the page's live client", () => {
  const servers = opened(() => startServers());
  const gateway = opened(() => startGatewayUnderTest(servers));
  const market = opened(() => connect(natsOptions(servers.nats.urls['market-data'], 'market')));
  const execution = opened(() => connect(natsOptions(servers.nats.urls.execution, 'events')));
  const clients: LiveClient[] = [];
  let fills = 0;

  afterEach(() => clients.splice(0).forEach((client) => client.stop()));

  /** An order's event as execution publishes it; each is told to every client. */
  const publishOrder = (): string => {
    fills += 1;
    const clientOrderId = `seen-${fills}`;
    const event = {
      type: 'elvis.event.order.accepted',
      time: new Date().toISOString(),
      data: { order: { clientOrderId } },
    };
    execution.publish(event.type, JSONCodec().encode(event));
    return clientOrderId;
  };
  const publishOrderBook = (updateId: string): void =>
    new Bus(market).publish(orderBookFeed, 'BTCUSDT', {
      symbol: 'BTCUSDT',
      bids: [['57000.10', '1.5']],
      asks: [['57000.20', '1.5']],
      updateId,
      eventTimeMs: 1_000,
      ageMs: 5,
    });

  const begin = (forgetPlace = () => false) => {
    const states: LiveState[] = [];
    const account: AccountMessage[] = [];
    const frames: MarketFrame[] = [];
    const sockets: WebSocket[] = [];
    let gaps = 0;
    let isReachable = true;
    const client = new LiveClient({
      open: (since) => {
        if (!isReachable) return Promise.reject(new Error('No ticket'));
        const place = since === undefined ? '' : `?since=${forgetPlace() ? '00000000-1' : since}`;
        const url = `${gateway.url.replace('http', 'ws')}/api/v1/stream${place}`;
        const socket = new WebSocket(url, { headers: { 'x-api-key': API_KEY } });
        socket.on('error', () => undefined);
        sockets.push(socket);
        return Promise.resolve(socket as unknown as Socket);
      },
      nowMs: () => performance.now(),
      state: (state) => states.push(state),
      account: (message) => account.push(message),
      market: (frame) => frames.push(frame),
      gap: () => (gaps += 1),
      refused: () => undefined,
    });
    clients.push(client);
    client.start();
    return {
      client,
      states,
      frames,
      isLive: () => states.at(-1)?.name === 'live',
      // The gateway tells of itself too, as of a trading state that it cannot read.
      orders: () =>
        account.flatMap(
          ({ data }) => (data as { order?: { clientOrderId: string } }).order?.clientOrderId ?? [],
        ),
      gaps: () => gaps,
      lose: () => sockets.at(-1)?.terminate(),
      setReachable: (is: boolean) => (isReachable = is),
    };
  };

  it('follows a topic while somebody looks at it, however many do', async () => {
    const { client, frames, isLive } = begin();
    const [first, second] = [client.follow('books.BTCUSDT'), client.follow('books.BTCUSDT')];
    await until(isLive);
    await until(() => (publishOrderBook('1'), frames.length > 0));
    expect(frames[0]).toMatchObject({ topic: 'books.BTCUSDT', atMs: 1_000, data: { updateId: '1' } });
    first();
    await until(
      () => (
        publishOrderBook('2'),
        frames.some(({ data }) => (data as { updateId: string }).updateId === '2')
      ),
    );
    second();
    // The answer to the ping that follows is after the end of the subscription.
    const other = begin();
    other.client.follow('books.BTCUSDT');
    await until(other.isLive);
    await until(() => (publishOrderBook('3'), other.frames.length > 0));
    expect(frames.map(({ data }) => (data as { updateId: string }).updateId)).not.toContain('3');
  });

  it('goes on where it was after a loss: nothing is missed, nothing comes twice', async () => {
    const { states, isLive, orders, lose, gaps, setReachable } = begin();
    await until(isLive);
    const before = publishOrder();
    await until(() => orders().includes(before));
    setReachable(false);
    lose();
    await until(() => states.at(-1)?.name === 'waiting');
    const [second, third] = [publishOrder(), publishOrder()];
    await execution.flush();
    setReachable(true);
    await until(() => isLive() && orders().includes(third));
    expect(orders()).toEqual([before, second, third]);
    expect(gaps()).toBe(0);
    const back = states.filter(({ name }) => name === 'live').at(-1);
    expect(back).toMatchObject({ missedMs: expect.any(Number) });
  });

  it('tells that messages were missed when the gateway does not know its place any more', async () => {
    const { isLive, orders, lose, gaps, states } = begin(() => true);
    await until(isLive);
    lose();
    await until(() => gaps() === 1 && states.filter(({ name }) => name === 'live').length === 2);
    const after = publishOrder();
    await until(() => orders().includes(after));
    lose();
    await until(() => gaps() === 2);
  });

  it("knows the gateway's time from a ping, and how old a frame is while it is held", async () => {
    const { client, isLive } = begin();
    await until(isLive);
    const gatewayTime = await until(() => client.clock.gatewayTime(performance.now()));
    // One machine, one clock: what differs is the way there and back.
    expect(Math.abs(gatewayTime - Date.now())).toBeLessThan(60_000);
    const held = { ageMs: 100, receivedMs: performance.now() - 500 };
    expect(client.ageMs(held)).toBeGreaterThanOrEqual(600);
  });
});
