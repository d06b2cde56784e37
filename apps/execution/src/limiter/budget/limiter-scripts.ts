/** The limiter's scripts, in `lua/`, with the numbers that they share with TypeScript. */
import { CLOCK_DRIFT, MAX_CLOCK_AGE_MS, MAX_CLOCK_ERROR_MS } from '@elvis/contracts';
import { readLua } from '@elvis/platform';

type Script = 'decide' | 'settle' | 'add-back' | 'freeze' | 'thaw' | 'heartbeat';

export const limiterScript = (name: Script): string =>
  readLua(__dirname, name, { CLOCK_DRIFT, MAX_CLOCK_AGE_MS, MAX_CLOCK_ERROR_MS });
