// The operator's verbs (`npm run status|halt|doctor|rl:list|smoke:rate-limit`), each a module of scripts/operator.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { prepare, ROOT } from './prepare.mjs';

const [verb = '', ...args] = process.argv.slice(2);
await prepare();
const require = createRequire(import.meta.url);
require('reflect-metadata');
const { operate } = require(join(ROOT, 'dist/scripts/operator', `${verb}.js`));
process.exitCode = await operate({ args, root: ROOT });
