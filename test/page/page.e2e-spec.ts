/** The page in a browser, on one whole system: nothing between the two is played. */
import { RunningStack, launchBrowser, opened, startStack, until } from '@elvis/testing';
import {
  anotherLink,
  asOperator,
  type Address,
  orderedAtExchange,
  PAGES,
  Person,
  printedLink,
} from './person';
import { figuresOfAccount, figuresOfPositions, figuresShown, ToldMoment } from './figures';
import { walk } from './walk';

jest.setTimeout(600_000);

const WALK_SIZE = { width: 1024, height: 720 };
const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 360, height: 740 };
const VIEWS = [
  ['dark', NARROW],
  ['light', WIDE],
] as const;
const ORDER_BOOK = '[data-live="order-book"]';
const ADDRESSES = Object.keys(PAGES) as Address[];

describe('the page in a browser', () => {
  const running = opened(() => startStack());
  const browser = opened(() => launchBrowser());
  const arrive = (options?: Parameters<typeof Person.arrive>[2]): Promise<Person> =>
    Person.arrive(browser, running.stack.gatewayUrl, options);

  it('takes a newcomer from the printed link to an order, a refusal, a bot, a halt and its end', async () => {
    const newcomer = await arrive({ viewport: WALK_SIZE });
    await walk(newcomer, await printedLink(running));
    expect(newcomer.faults).toEqual([]);
    await newcomer.closes();
  });

  it('has no page that axe finds fault with or that scrolls sideways, wide and light or narrow and dark', async () => {
    const person = await arrive({ viewport: WIDE });
    await person.signIn(await anotherLink(running));
    const found: string[] = [];
    for (const address of ADDRESSES) {
      await person.goes(address);
      for (const [colorScheme, viewport] of VIEWS) {
        await person.page.emulateMedia({ colorScheme });
        await person.page.setViewportSize(viewport);
        found.push(...(await person.obstacles()).map((one) => `${address}, ${colorScheme}: ${one}`));
      }
    }
    expect(found).toEqual([]);
    await person.closes();
  });

  it('places one order for five presses of Enter', async () => {
    const person = await arrive();
    await person.signIn(await anotherLink(running));
    await person.goes('/trade');
    const quantity = person.page.getByRole('form', { name: 'New order' }).getByLabel(/^Quantity/);
    await quantity.fill('0.013');
    await Promise.all(Array.from({ length: 5 }, () => person.page.keyboard.press('Enter')));
    await person.at('[data-outcome="placed"]').waitFor();
    await person.page.keyboard.press('Enter');
    expect(await orderedAtExchange(running, '0.013')).toHaveLength(1);
    await person.closes();
  });

  it('tells before an order what risk would say, and opens one chain from ticket, order and fill', async () => {
    const person = await arrive();
    await person.signIn(await anotherLink(running));
    await person.goes('/trade');
    await person.fillsIn('BUY', '0.014');
    await person.at('[data-verdict="approved"]').waitFor();
    await person.at('[data-act="place"]').click();
    const bought = await person.asksWhy('[data-outcome="placed"]', 'fill');
    expect(await orderedAtExchange(running, '0.014')).toEqual([bought]);
    await person.goes('/orders');
    expect(await person.asksWhy('[role="row"]', 'fill')).toBe(bought);
    await person.goes('/fills');
    expect(await person.asksWhy('[role="row"]', 'fill')).toBe(bought);
    expect(person.faults).toEqual([]);
    await person.closes();
  });

  it('tells why an order would be refused, and why it was', async () => {
    const person = await arrive();
    await person.signIn(await anotherLink(running));
    await person.goes('/trade');
    await person.fillsIn('BUY', '0.5');
    await person.at('[data-verdict="denied"]').waitFor();
    await person.at('[data-act="place"]').click();
    const refused = await person.asksWhy('[data-outcome="refused"]', 'decision');
    await person.goes('/');
    expect(await person.asksWhy('tbody tr', 'decision')).toBe(refused);
    await person.goes('/risk');
    await person.at(`[data-limit="RISK_MAX_ORDER_NOTIONAL"] [data-denied="${refused}"]`).waitFor();
    expect(person.faults).toEqual([]);
    await person.closes();
  });

  it('shows account and positions as REST tells them of the same moment', async () => {
    const person = await arrive();
    await person.signIn(await anotherLink(running));
    for (const address of ['/', '/positions'] as const) {
      await person.goes(address);
      await person.at('[data-position="BTCUSDT"]').waitFor();
      const shown = await figuresShown(person);
      expect(shown).toHaveLength(address === '/' ? 2 : 1);
      for (const { at, kind, figures } of shown) {
        const told = await asOperator<ToldMoment>(running.stack, 'GET', `/overview?at=${at}`);
        expect(figures).toEqual(kind === 'TABLE' ? figuresOfPositions(told) : figuresOfAccount(told));
      }
    }
    expect(person.faults).toEqual([]);
    await person.closes();
  });

  it('gives who may only read no control that acts, and says which right is missing', async () => {
    const { key } = await asOperator<{ readonly key: string }>(running.stack, 'POST', '/access-keys', {
      ...{ name: 'Reader', scopes: ['read'] },
    });
    const reader = await arrive();
    await reader.signInByKey(key);
    await reader.goes('/trade');
    for (const control of [
      reader.at('[data-act="place"]'),
      reader.page.getByRole('button', { name: 'HALT' }),
    ]) {
      expect(await control.isDisabled()).toBe(true);
      expect(await control.getAttribute('title')).toContain('read-only');
    }
    await reader.goes('/bots');
    expect(await reader.at('[data-act="new-bot"]').isDisabled()).toBe(true);
    expect(reader.faults).toEqual([]);
    await reader.closes();
  });

  it('signs out every tab when one does', async () => {
    const person = await arrive();
    await person.signIn(await anotherLink(running));
    const other = await person.page.context().newPage();
    await other.goto('/record/1');
    await other.locator('[data-page="record"][data-ready] [data-entry="1"]').waitFor();
    await person.goes('/settings');
    await person.page.getByRole('button', { name: 'Sign out' }).click();
    await other.locator('[data-page="sign-in"]').waitFor();
    await person.reaches('sign-in');
    await person.closes();
  });

  it('is live again after the gateway was killed, says so, and shows no order twice', async () => {
    const person = await arrive();
    await person.signIn(await anotherLink(running));
    await person.goes('/orders');
    const rows = (): Promise<string[]> => person.at('[role="rowgroup"] [role="row"]').allInnerTexts();
    const before = await rows();
    const { services } = running.stack;
    process.kill(services.find(({ name }) => name === 'gateway')!.pid, 'SIGKILL');
    await person.at('header [data-live="waiting"]').waitFor();
    await person.at('header [data-live="live"]').waitFor();
    await asOperator(running.stack, 'POST', '/orders', {
      ...{
        clientOrderId: 'after-the-gap',
        symbol: 'BTCUSDT',
        side: 'BUY',
        type: 'MARKET',
        quantity: '0.015',
      },
    });
    await until(async () => (await rows()).length > before.length, 'the order shows without being asked for');
    const after = await rows();
    expect(new Set(after).size).toBe(after.length);
    expect(person.faults).toEqual([]);
    await person.closes();
  });

  it('greys the figures of a market that fell silent, with their age, and nothing else', async () => {
    const person = await arrive();
    await person.signIn(await anotherLink(running));
    await person.goes('/trade');
    const orderBook = person.at('[data-live="order-book"]');
    const [fresh, old] = [
      person.at(`${ORDER_BOOK}:not([data-stale])`),
      person.at(`${ORDER_BOOK}[data-stale]`),
    ];
    await fresh.waitFor();
    await silence(running, 600_000);
    await old.waitFor();
    await until(async () => /\d/.test(await orderBook.locator('p').innerText()), 'its age is told');
    expect(await person.at('header [data-state]').getAttribute('data-stale')).toBeNull();
    expect(await person.at('header [data-live="live"]').count()).toBe(1);
    await silence(running, 0);
    await fresh.waitFor();
    await person.closes();
  });
});

const silence = async ({ stack }: RunningStack, durationMs: number): Promise<void> => {
  await fetch(`${stack.exchange.adminUrl}/streams/silence`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ durationMs }),
  });
};
