/** What a browser loads: the script of the first page, and that of all of them, packed as gzip packs it. */
import { projectRoot } from '@elvis/testing';
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { Measured } from './table';

const KILOBYTE = 1_000;

/** @param page shows the overview, and has shown nothing else */
export async function weights(page: Page): Promise<readonly Measured[]> {
  const loaded = await page.evaluate<string[]>(
    "performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => /\\.js($|\\?)/.test(name))",
  );
  const folder = join(projectRoot(), 'dist', 'apps', 'dashboard', 'page', 'assets');
  const sizeOf = (file: string): number => gzipSync(readFileSync(join(folder, file)), { level: 9 }).length;
  const sum = (files: readonly string[]): number =>
    files.reduce((total, file) => total + sizeOf(file), 0) / KILOBYTE;
  const first = loaded.map((address) => basename(new URL(address).pathname));
  const all = readdirSync(folder).filter((file) => file.endsWith('.js'));
  return [
    { line: 'W1', what: 'script of Overview, gzip', figure: sum(first), unit: 'kB', bound: 130 },
    { line: 'W1', what: 'script of all pages together, gzip', figure: sum(all), unit: 'kB', bound: 320 },
  ];
}
