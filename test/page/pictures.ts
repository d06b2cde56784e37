/**
 * `npm run pictures:page [-- --language tr]`: every page of a system on which somebody has bought, was refused, runs a
 * bot and has halted, at three widths, light and dark, in dump/page. For eyes: docs/dashboard.md says what they look at.
 */
import { launchBrowser, screenshot, startStack } from '@elvis/testing';
import { parseArgs } from 'node:util';
import { type Address, anotherLink, PAGES, Person, printedLink } from './person';
import { walk } from './walk';

const WIDE = { width: 1440, height: 900 };
const WIDTHS = [
  [1440, 900],
  [1024, 768],
  [360, 740],
] as const;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { language: { type: 'string', default: 'en' } } });
  const running = await startStack();
  const browser = await launchBrowser();
  try {
    const { gatewayUrl } = running.stack;
    const first = await Person.arrive(browser, gatewayUrl);
    await walk(first, await printedLink(running));
    const locale = values.language === 'tr' ? 'tr-TR' : 'en-GB';
    const person = await Person.arrive(browser, gatewayUrl, { locale, viewport: WIDE });
    await person.signIn(await anotherLink(running));
    for (const address of Object.keys(PAGES) as Address[]) {
      await person.goes(address);
      await pictures(person, PAGES[address], values.language);
    }
    await person.goes('/bots');
    await person.at('a[href^="/bots/"]').first().click();
    await person.reaches('bot');
    await pictures(person, 'bot', values.language);
  } finally {
    await browser.close();
    await running.stop();
  }
}

async function pictures({ page }: Person, name: string, language: string): Promise<void> {
  for (const [width, height] of WIDTHS) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      console.log(await screenshot(page, `${name}-${width}-${colorScheme}-${language}`));
    }
  }
  // Where the navigation is not folded up.
  await page.setViewportSize(WIDE);
}

void main();
