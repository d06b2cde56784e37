// `npm start`: all set-up, then the launcher in this same process, so that signals to npm reach it.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare, ROOT } from './prepare.mjs';

const startedAt = performance.now();
await prepare();
const { startElvis } = await import(pathToFileURL(join(ROOT, 'dist/scripts/launcher/start-elvis.js')).href);
await startElvis({ args: process.argv.slice(2), root: ROOT, startedAt });
