// `npm start`: all set-up, then the launcher in this same process, so that signals to npm reach it.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { prepare, ROOT } from './prepare.mjs';

const startedAt = performance.now();
await prepare();
const require = createRequire(import.meta.url);
require('reflect-metadata');
const { startElvis } = require(join(ROOT, 'dist/tools/launcher/start-elvis.js'));
await startElvis({ args: process.argv.slice(2), root: ROOT, startedAt });
