/** A person before the page of a running system: signs in and goes from page to page, and waits for what is shown. */
import { axeViolations, OpenedPage, openPage, overflowing, RunningStack, until } from '@elvis/testing';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';

/** Nothing here is a measure of speed: so long it may take beside whatever else runs. */
const PATIENCE_MS = 90_000;

/** Where the navigation leads, and the name that the page there gives itself in `data-page`. */
export const PAGES = {
  '/': 'overview',
  '/trade': 'trade',
  '/markets': 'markets',
  '/orders': 'orders',
  '/fills': 'fills',
  '/positions': 'positions',
  '/bots': 'bots',
  '/research': 'research',
  '/risk': 'risk',
  '/exchange': 'exchange',
  '/record': 'record',
  '/alerts': 'alerts',
  '/settings': 'settings',
} as const;

export type Address = keyof typeof PAGES;

export class Person {
  private readonly met: string[] = [];

  private constructor(private readonly opened: OpenedPage) {}

  static async arrive(browser: Browser, origin: string, options?: BrowserContextOptions): Promise<Person> {
    const opened = await openPage(browser, origin, options);
    opened.context.setDefaultTimeout(PATIENCE_MS);
    return new Person(opened);
  }

  get page(): Page {
    return this.opened.page;
  }

  /** What the page did and must not; empty for a page that behaves. */
  get faults(): readonly string[] {
    return [...this.opened.faults, ...this.met];
  }

  /** By a link as the terminal prints it. */
  async signIn(link: string): Promise<void> {
    await this.page.goto(link);
    await this.reaches('overview');
  }

  async signInByKey(key: string): Promise<void> {
    await this.page.goto('/');
    await this.page.locator('input[name="accessKey"]').fill(key);
    await this.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await this.reaches('overview');
  }

  /** By the navigation, which a narrow screen folds up. */
  async goes(to: Address): Promise<void> {
    const menu = this.page.getByRole('button', { name: 'Menu' });
    if (await menu.isVisible()) await menu.click();
    await this.at(`nav a[href="${to}"]`).click();
    await this.reaches(PAGES[to]);
  }

  /** Until the page of that name shows its first figures. */
  async reaches(name: string): Promise<void> {
    await this.page.locator(`[data-page="${name}"][data-ready]`).waitFor();
  }

  at(selector: string): Locator {
    return this.page.locator(selector);
  }

  /** Until the trading state in the head of the page is this one. */
  async seesTrading(state: 'ACTIVE' | 'HALTED'): Promise<void> {
    await this.at(`header [data-state="${state}"]`).waitFor();
  }

  /** The ticket of the trade page. */
  async fillsIn(side: 'BUY' | 'SELL', quantity: string): Promise<void> {
    const ticket = this.page.getByRole('form', { name: 'New order' });
    await ticket.locator(`[data-side="${side}"] input`).check();
    await ticket.getByLabel(/^Quantity/).fill(quantity);
  }

  async orders(side: 'BUY' | 'SELL', quantity: string): Promise<void> {
    await this.fillsIn(side, quantity);
    await this.at('[data-act="place"]').click();
  }

  /**
   * Opens "Why?" of the first such thing, sees a stage of that kind, and closes it again. Answers which order, step or
   * entry was explained.
   */
  async asksWhy(within: string, stage: 'decision' | 'fill'): Promise<string | null> {
    await this.at(within)
      .getByRole('button', { name: /^Why\?/ })
      .first()
      .click();
    const drawer = this.page.getByRole('dialog');
    await drawer.locator(`[data-stage="${stage}"]`).first().waitFor();
    const explained = await drawer.locator('[data-chain]').first().getAttribute('data-chain');
    this.met.push(...(await this.obstacles()).map((each) => `why: ${each}`));
    await this.page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    return explained;
  }

  /** Holds the button until the halt is on its way, as a person does. */
  async halts(): Promise<void> {
    await this.page.getByRole('button', { name: 'HALT' }).hover();
    await this.page.mouse.down();
    await this.at('[data-halt]').waitFor();
    await this.page.mouse.up();
    await this.at('[data-halt="VERIFIED_ZERO"]').waitFor();
  }

  async clears(reason: string): Promise<void> {
    await this.goes('/risk');
    await this.page.getByRole('button', { name: 'Clear the halt' }).click();
    const dialog = this.page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill(reason);
    await dialog.getByRole('button', { name: 'Clear the halt' }).click();
    await dialog.locator('[data-cleared="active"]').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
  }

  /** What a reader of the page as it is now would stumble on, one line each. */
  async obstacles(): Promise<readonly string[]> {
    const wide = (await overflowing(this.page)).map((element) => `scrolls sideways: ${element}`);
    return [...(await axeViolations(this.page)), ...wide, ...this.opened.faults];
  }

  closes(): Promise<void> {
    return this.opened.context.close();
  }
}

/** The link that `npm start` has printed: it works once. */
export const printedLink = (running: RunningStack): Promise<string> =>
  until(() => /http\S+#ticket=[\w-]+/.exec(running.output())?.[0], 'the terminal prints a link');

/** One more link, as `npm run sign-in` makes it. */
export async function anotherLink({ stack }: RunningStack): Promise<string> {
  const made = await asOperator<{ readonly ticket: string }>(stack, 'POST', '/auth/sign-in-tickets');
  return `/#ticket=${made.ticket}`;
}

/** A call of REST under the key of the system. */
export async function asOperator<Body>(
  { gatewayUrl, apiKey }: RunningStack['stack'],
  method: string,
  path: string,
  body?: object,
): Promise<Body> {
  const answer = await fetch(`${gatewayUrl}/api/v1${path}`, {
    method,
    headers: { 'X-API-Key': apiKey, ...(body && { 'Content-Type': 'application/json' }) },
    body: body && JSON.stringify(body),
  });
  const told = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${told}`);
  return JSON.parse(told) as Body;
}

/** Client order ids of the orders of that quantity that ever came to the exchange, by its own log. */
export async function orderedAtExchange(
  { stack }: RunningStack,
  quantity: string,
): Promise<readonly string[]> {
  const answer = await fetch(`${stack.exchange.adminUrl}/log/orders?account=elvis`);
  const { orders } = (await answer.json()) as { readonly orders: readonly LoggedOrder[] };
  return orders
    .filter(({ order }) => Number(order.origQty) === Number(quantity))
    .map(({ order }) => order.clientOrderId);
}

interface LoggedOrder {
  readonly order: { readonly clientOrderId: string; readonly origQty: string };
}
