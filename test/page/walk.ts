/**
 * What somebody does who has just started the system and opens the printed link: buys and sees the fill and why it was
 * allowed, is refused and sees why, starts a bot and sees its first step, halts, clears. With nothing but the page.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@elvis/testing';
import type { Person } from './person';

/** Pictures of the walk for docs/dashboard.md are made again where this is `yes`. */
const isPictured = process.env.WALK_SCREENSHOTS === 'yes';

export async function walk(person: Person, link: string): Promise<void> {
  await person.signIn(link);
  await person.seesTrading('ACTIVE');
  await picture(person, 'signed-in');

  await person.goes('/trade');
  await person.orders('BUY', '0.01');
  await person.at('[data-outcome="placed"]').getByText('Filled').waitFor();
  await person.at('tr[data-order]').getByText('Filled').first().waitFor();
  await picture(person, 'bought');
  await person.asksWhy('[data-outcome="placed"]', 'fill');

  await person.page.getByRole('button', { name: 'New order' }).click();
  // Worth more than one order may be.
  await person.orders('BUY', '0.5');
  await person.at('[data-outcome="refused"]').getByText('NOTIONAL_ABOVE_ORDER_MAXIMUM').waitFor();
  await picture(person, 'refused');
  await person.asksWhy('[data-outcome="refused"]', 'decision');

  await person.goes('/bots');
  await person.at('[data-act="new-bot"]').click();
  const dialog = person.page.getByRole('dialog');
  await dialog.getByLabel('Strategy').selectOption('ema-crossover');
  await dialog.getByLabel('Name').fill('First bot');
  await dialog.getByLabel('Symbol').fill('ETHUSDT');
  await dialog.locator('[data-act="create-bot"]').click();
  await person.reaches('bot');
  await person.at('[data-act="start-bot"]').click();
  await person.at('tr[data-step]').first().waitFor();
  await picture(person, 'bot');
  const log = person.page.getByRole('search');
  await log.getByLabel('Kind').selectOption('state');
  await person.at('tr[data-kind="state"]').first().waitFor();
  await log.getByLabel('Level').selectOption('error');
  await person.page.getByText('Nothing of that kind has happened').waitFor();

  await person.at('[data-act="judge"]').click();
  await person.at('[data-verdict="NOT_YET"] [data-days-missing]').waitFor();

  await person.halts();
  await person.seesTrading('HALTED');
  await picture(person, 'halted');

  await person.clears('The walk is over');
  await person.seesTrading('ACTIVE');
  await picture(person, 'cleared');
}

async function picture({ page }: Person, name: string): Promise<void> {
  if (!isPictured) return;
  const folder = join(projectRoot(), 'docs', 'images');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `walk-${name}.png`) });
}
