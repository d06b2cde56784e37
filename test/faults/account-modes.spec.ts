/** A person switches the account's mode while Elvis runs: at the exchange itself, as in the app. */
import { AccountModes, SubmitOrder, getAccount } from '@elvis/contracts';
import { Redis } from 'ioredis';
import { ExchangeAccount } from './exchange-account';
import { Sender } from './sender';
import { Replica, Stage } from './stage';

/** The documented time of docs/orders.md, and the patience of a slow machine. */
const WITHIN_MS = 90_000;
const ONE_WAY: AccountModes = { positionMode: 'ONE_WAY', assetMode: 'SINGLE', canTrade: true };

describe('the mode of the account, switched while running', () => {
  const stage = new Stage();
  const sender = new Sender(stage);
  const account = new ExchangeAccount(stage);

  beforeAll(async () => {
    await stage.open({ replicas: 2 });
    await sender.open();
    await sender.calm();
  }, 120_000);
  afterAll(async () => {
    await Promise.allSettled([sender.close()]);
    await stage.close();
  });

  const until = async (what: string, isSo: () => Promise<boolean>): Promise<void> => {
    await stage.until(isSo, what, WITHIN_MS);
  };
  const modes = async (): Promise<AccountModes | undefined> =>
    (await sender.request(getAccount, { market: 'futures' })).modes;
  const modesAre = (change: Partial<AccountModes>): Promise<void> =>
    until(`modes ${JSON.stringify(change)}`, async () => {
      expect(await modes()).toEqual({ ...ONE_WAY, ...change });
      return true;
    });
  const isReady = async ({ opsPort }: Replica): Promise<boolean> =>
    (await fetch(`http://127.0.0.1:${opsPort}/health/ready`)).status === 200;
  const readyIs = (ready: boolean): Promise<void> =>
    until(`ready ${ready}`, async () =>
      (await Promise.all(stage.replicas.map(isReady))).every((one) => one === ready),
    );

  /** As if the modes had just been read, for long: only a hint makes anybody read them. */
  async function letNobodyLook(): Promise<void> {
    const { host, port, password } = stage.redis;
    const redis = new Redis({ host, port, password, protocol: 2 });
    await redis.set('ELVIS_ACCOUNT_MODE', JSON.stringify({ modes: ONE_WAY }), 'PX', 3_600_000);
    redis.disconnect();
  }

  it('is in the facts about the account', async () => {
    await modesAre({});
  });

  it('to multi-asset is told by the stream: facts and readiness of every replica say so, and back again', async () => {
    await letNobodyLook();
    await account.ask('POST', '/fapi/v1/multiAssetsMargin', { multiAssetsMargin: 'true' });
    await modesAre({ assetMode: 'MULTI' });
    await readyIs(false);
    await account.ask('POST', '/fapi/v1/multiAssetsMargin', { multiAssetsMargin: 'false' });
    await modesAre({});
    await readyIs(true);
  }, 200_000);

  it('to hedge is noticed by the next reading though nothing tells of it', async () => {
    await account.ask('POST', '/fapi/v1/positionSide/dual', { dualSidePosition: 'true' });
    await modesAre({ positionMode: 'HEDGE' });
    await readyIs(false);
    await account.ask('POST', '/fapi/v1/positionSide/dual', { dualSidePosition: 'false' });
    await modesAre({});
    await readyIs(true);
  }, 300_000);

  it('to hedge is noticed at once when the exchange refuses an order for it', async () => {
    await letNobodyLook();
    await account.ask('POST', '/fapi/v1/positionSide/dual', { dualSidePosition: 'true' });
    const order: SubmitOrder = {
      ...{ clientOrderId: 'mode-1', actor: 'spec', market: 'futures', symbol: 'BTCUSDT' },
      ...{ side: 'BUY', type: 'MARKET', quantity: '0.01' },
    };
    const outcome = await sender.place(order);
    expect(outcome).toMatchObject({ view: { status: 'REJECTED', code: '-4061' } });
    await modesAre({ positionMode: 'HEDGE' });
    await account.ask('POST', '/fapi/v1/positionSide/dual', { dualSidePosition: 'false' });
    await modesAre({});
  }, 300_000);
});
