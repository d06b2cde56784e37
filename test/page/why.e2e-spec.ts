/** "Why?" in the page of a whole system: what risk would say before an order, and why it came to be afterwards. */
import {
  axeViolations,
  launchBrowser,
  opened,
  openPage,
  overflowing,
  startStack,
  until,
} from '@elvis/testing';
import type { Page } from 'playwright-core';

jest.setTimeout(240_000);

describe('why, in the page', () => {
  const running = opened(() => startStack());
  const browser = opened(() => launchBrowser());

  const arrive = async () => {
    const link = await until(() => /http\S+#ticket=[\w-]+/.exec(running.output())?.[0]);
    const { page, context, faults } = await openPage(browser, running.stack.gatewayUrl, {
      viewport: { width: 1280, height: 900 },
    });
    context.setDefaultTimeout(90_000);
    await page.goto(link);
    await page.locator('[data-page="overview"][data-ready]').waitFor();
    return { page, faults };
  };
  const fillIn = (page: Page, quantity: string) =>
    page
      .getByRole('form', { name: 'New order' })
      .getByLabel(/^Quantity/)
      .fill(quantity);
  /** Opens the drawer, waits for a stage of that kind, and tells which order it is about. */
  const asks = async (page: Page, within: string, kind: string): Promise<string | null> => {
    await page
      .locator(within)
      .getByRole('button', { name: /^Why\?/ })
      .first()
      .click();
    const drawer = page.getByRole('dialog');
    await drawer.locator(`[data-stage="${kind}"]`).first().waitFor();
    const about = await drawer.locator('[data-chain]').first().getAttribute('data-chain');
    expect([await axeViolations(page), await overflowing(page)]).toEqual([[], []]);
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    return about;
  };

  it('tells before an order what risk would say, and opens the same chain from the ticket, the order and the fill', async () => {
    const { page, faults } = await arrive();
    await page.goto('/trade/BTCUSDT');
    await fillIn(page, '0.013');
    await page.locator('[data-verdict="approved"]').waitFor();
    await page.locator('[data-act="place"]').click();
    await page.locator('[data-outcome="placed"]').waitFor();
    const bought = await asks(page, '[data-outcome="placed"]', 'fill');
    await page.goto('/orders');
    expect(await asks(page, '[role="row"]', 'fill')).toBe(bought);
    await page.goto('/fills');
    expect(await asks(page, '[role="row"]', 'fill')).toBe(bought);
    expect(faults).toEqual([]);
  });

  it('tells why an order would be refused, and why it was', async () => {
    const { page, faults } = await arrive();
    await page.goto('/trade/BTCUSDT');
    await fillIn(page, '999');
    await page.locator('[data-verdict="denied"]').waitFor();
    await page.locator('[data-act="place"]').click();
    await page.locator('[data-outcome="refused"]').waitFor();
    const refused = await asks(page, '[data-outcome="refused"]', 'decision');
    await page.goto('/');
    await page.locator('[data-page="overview"][data-ready]').waitFor();
    expect(await asks(page, 'tbody tr', 'decision')).toBe(refused);
    expect(faults).toEqual([]);
  });
});
