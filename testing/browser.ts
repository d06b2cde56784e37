/**
 * Debian's Chromium for specs of the page. An opened page tells what no page of ours may do: an error on its console, a
 * request to another origin, a breach of its content policy.
 */
import type { AxeResults } from 'axe-core';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { ensurePrograms } from '../tools/launcher/servers/binaries';
import { elvisHome } from './servers';
import { projectRoot } from '../tools/rehearse/private-stack';

/** Kept after the run, and in no commit. */
const screenshotFolder = (): string => join(projectRoot(), 'dump', 'page');

export async function launchBrowser(): Promise<Browser> {
  const { chromium: program } = await ensurePrograms(['chromium'], elvisHome());
  // Only where a browser is wanted: other specs come through this door as well.
  const { chromium } = await import('playwright-core');
  return chromium.launch({
    executablePath: program.path,
    env: { ...process.env, ...program.env },
    // A container has neither a sandbox for root nor a large /dev/shm.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--force-color-profile=srgb'],
  });
}

export interface OpenedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What it did and must not; empty for a page that behaves. */
  readonly faults: string[];
}

/** A person's browser: a context of its own, without cookies of others. */
export async function openPage(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({ baseURL: origin, reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  collectFaults(page, origin, faults);
  return { page, context, faults };
}

/** Notes each fault of the page. */
function collectFaults(page: Page, origin: string, faults: string[]): void {
  page.on('console', (message) => {
    // The browser itself writes a line for each answer that is a refusal; the page shows it to its reader.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('request', (request) => {
    const { protocol, origin: from } = new URL(request.url());
    if (protocol.startsWith('http') && from !== origin) faults.push(`request: ${request.url()}`);
  });
}

/** What axe finds wrong with the page as it is now, one line each. */
export async function axeViolations(page: Page): Promise<string[]> {
  // By the debugger's way in: the page's own policy allows no script that is not its own.
  if (!(await page.evaluate<boolean>("'axe' in window")))
    await page.evaluate(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
  const results = await page.evaluate<AxeResults>("axe.run({ resultTypes: ['violations'] })");
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, any, all }) => `${id}: ${target.join(' ')} (${[...any, ...all][0]?.message ?? ''})`),
  );
}

/** The elements that make the page scroll sideways. */
export const overflowing = (page: Page): Promise<string[]> => page.evaluate<string[]>(OVERFLOWING);

const OVERFLOWING = `(() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll('body *')]
    .filter((element) => element.getBoundingClientRect().right > width + 1)
    .map((element) => element.tagName + '.' + element.className)
    .slice(0, 8);
})()`;

export async function screenshot(page: Page, name: string): Promise<string> {
  mkdirSync(screenshotFolder(), { recursive: true });
  const path = join(screenshotFolder(), `${name}.png`);
  await page.screenshot({ path, fullPage: true });
  return path;
}
