/** What happens on the account at the exchange itself, by hand, and how soon the facts about it say so. */
import { AccountView, SubmitOrder, getAccount, listVenueLeverages } from '@elvis/contracts';
import { ExchangeAccount } from './exchange-account';
import { Sender } from './sender';
import { Stage } from './stage';

const WITHIN_MS = 90_000;
const SYMBOL = 'BTCUSDT';

describe('the account, changed at the exchange by hand', () => {
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
  const facts = (): Promise<AccountView> => sender.request(getAccount, { market: 'futures' });
  const heldInFacts = async (): Promise<string> =>
    (await facts()).positions.find(({ symbol }) => symbol === SYMBOL)?.quantity ?? '0';
  const trade = (side: 'BUY' | 'SELL', quantity: string): Promise<unknown> =>
    account.ask('POST', '/fapi/v1/order', { symbol: SYMBOL, side, type: 'MARKET', quantity });
  /** How often each endpoint was asked in the whole fleet, and by whom. */
  async function callsOf(endpoint: string): Promise<number> {
    let sum = 0;
    for (const { opsPort } of stage.replicas) {
      const text = await (await fetch(`http://127.0.0.1:${opsPort}/metrics`)).text();
      for (const [, labels = '', value] of text.matchAll(/^elvis_exchange_calls_total\{(.*)\} (\S+)$/gm))
        if (labels.includes(`endpoint="${endpoint}"`)) sum += Number(value);
    }
    return sum;
  }

  it('trades by hand are in the facts, and so is what they cost', async () => {
    const [before] = (await facts()).balances;
    await trade('BUY', '0.02');
    await until('the position', async () => Number(await heldInFacts()) === 0.02);
    await until('the fee', async () => (await facts()).balances[0]?.wallet !== before?.wallet);
    await trade('SELL', '0.02');
    await until('the end of the position', async () => (await heldInFacts()) === '0');
    const wallets = await account.futuresWallets();
    await until('the same wallet', async () => {
      const [usdt] = (await facts()).balances;
      return Number(usdt?.wallet) === Number(wallets.get('USDT'));
    });
  }, 200_000);

  it('are answered over and over without a question to the exchange, and are never old', async () => {
    await until('calm', async () => {
      const asked = await callsOf('GET /fapi/v3/balance');
      for (let time = 0; time < 40; time += 1) {
        expect((await facts()).ageMs).toBeLessThan(2_500);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      return (await callsOf('GET /fapi/v3/balance')) === asked;
    });
  }, 200_000);

  it('are read from the exchange while its stream gives no sign of life', async () => {
    await stage.admin('POST', '/settings', { answersPings: false });
    const asked = await callsOf('GET /fapi/v3/balance');
    await until('readings', async () => {
      expect((await facts()).ageMs).toBeLessThan(2_500);
      return (await callsOf('GET /fapi/v3/balance')) > asked + 3;
    });
    await stage.admin('POST', '/settings', { answersPings: true });
  }, 200_000);

  it('leverage changed by hand is known at once and told as drift', async () => {
    const order: SubmitOrder = {
      ...{ clientOrderId: 'follow-1', actor: 'spec', market: 'futures', symbol: SYMBOL },
      ...{ side: 'BUY', type: 'MARKET', quantity: '0.01' },
    };
    expect(await sender.place(order)).toMatchObject({ view: { status: 'FILLED' } });
    const leverage = async (): Promise<number | undefined> =>
      (await sender.request(listVenueLeverages, {})).items.find(({ symbol }) => symbol === SYMBOL)?.leverage;
    await until('the leverage that was set', async () => (await leverage()) === 5);
    await account.ask('POST', '/fapi/v1/leverage', { symbol: SYMBOL, leverage: 17 });
    await until('the drift in the facts', async () => (await leverage()) === 17);
    await until('the drift of what is held', async () => (await facts()).positions[0]?.leverage === 17);
    await until('the alert', () => Promise.resolve(/leverage-drift/.test(stage.logs())));
  }, 200_000);

  it('what the stream does not tell the comparison finds, and the stream is replaced', async () => {
    const before = Number(await heldInFacts());
    await stage.admin('POST', '/trouble', { kind: 'event-lost' });
    await trade('BUY', '0.03');
    await until('the position', async () => Number(await heldInFacts()) === before + 0.03);
    await until('the alert', () => Promise.resolve(/user stream did not report changes/.test(stage.logs())));
    await stage.admin('DELETE', '/trouble', {});
    await sender.calm();
  }, 300_000);
});
