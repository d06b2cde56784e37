/** Builds the dashboard's page into `dist/`, and beside each file what a browser gets of it: brotli and gzip. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'vite';
import { ROOT } from './prepare.mjs';

const COMPRESSIBLE = /\.(html|js|css|svg)$/;
const WORTH_IT_BYTES = 512;
const PAGE = join(ROOT, 'apps', 'dashboard', 'page');
const BUILT = join(ROOT, 'dist', 'apps', 'dashboard', 'page');

await build({ configFile: join(PAGE, 'vite.config.mjs'), logLevel: 'warn' });
const built = readdirSync(BUILT, { withFileTypes: true, recursive: true })
  .filter((entry) => entry.isFile() && COMPRESSIBLE.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name));
await Promise.all(built.map(compress));

async function compress(file) {
  const content = readFileSync(file);
  if (content.length < WORTH_IT_BYTES) return;
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
  const [brotli, zipped] = await Promise.all([
    promisify(brotliCompress)(content, quality),
    promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION }),
  ]);
  writeFileSync(`${file}.br`, brotli);
  writeFileSync(`${file}.gz`, zipped);
}
