/** Builds the dashboard's page: files named by their content, nothing inline, nothing from another origin. */
import { join } from 'node:path';
import { defineConfig } from 'vite';

const here = import.meta.dirname;
const top = join(here, '../../..');

export default defineConfig({
  root: here,
  publicDir: false,
  cacheDir: join(top, 'node_modules/.cache/vite'),
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
      // Libraries that may also be rendered on a server say "use client"; everything here is a client.
      onLog: (level, log, report) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
  },
});
