// The operator's verbs (`npm run status|halt|doctor|rl:list|smoke:rate-limit`), each a module of scripts/operator.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare, ROOT } from './prepare.mjs';

const [verb = '', ...args] = process.argv.slice(2);
await prepare();
const { operate } = await import(pathToFileURL(join(ROOT, 'dist/scripts/operator', `${verb}.js`)).href);
process.exitCode = await operate({ args, root: ROOT });
