/** Builds the dashboard's page: files named by their content, nothing inline, nothing from another origin. */
import { join } from 'node:path';
import { defineConfig } from 'vite';

const here = import.meta.dirname;
const top = join(here, '../../..');

export default defineConfig({
  root: here,
  publicDir: false,
  cacheDir: join(top, 'node_modules/.cache/vite'),
  // Short names: they stand in the scripts too.
  css: { modules: { generateScopedName: 'e[hash:base64:5]' } },
  build: {
    outDir: join(top, 'dist/apps/dashboard/page'),
    emptyOutDir: true,
    target: 'es2023',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // The content policy allows nothing inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // What every page needs is one file: as many small ones it compresses worse and is asked for one by one.
        codeSplitting: {
          groups: [
            {
              name: 'shared',
              test: /node_modules\/(react|react-dom|scheduler|@tanstack\/(react-query|query-core|react-router|router-core|history|react-store|store))\/|page\/src\/(api|figures|live|parts|session|shell|style|words\/(en|use-words|words))(\/|\.)(?!rows|save-csv)/,
            },
          ],
        },
      },
      // Libraries that may also be rendered on a server say "use client"; everything here is a client.
      onLog: (level, log, report) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
  },
});
