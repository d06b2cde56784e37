/** The page in a browser, on one whole system: nothing between the two is played. */
import { launchBrowser, opened, startStack } from '@elvis/testing';
import {
  anotherLink,
  asOperator,
  type Address,
  orderedAtExchange,
  PAGES,
  Person,
  printedLink,
} from './person';
import { walk } from './walk';

jest.setTimeout(600_000);

const WALK_SIZE = { width: 1024, height: 720 };
const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 360, height: 740 };
const VIEWS = [
  ['dark', NARROW],
  ['light', WIDE],
] as const;
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
    await other.goto('/orders');
    await other.locator('[data-page="orders"][data-ready]').waitFor();
    await person.goes('/settings');
    await person.page.getByRole('button', { name: 'Sign out' }).click();
    await other.locator('[data-page="sign-in"]').waitFor();
    await person.reaches('sign-in');
    await person.closes();
  });
});
