/** A paper exchange inside the test process, with a market that moves and limits nobody runs into. */
import { adminCommands } from '../../apps/paper-exchange/src/admin/admin-commands';
import { AdminServer } from '../../apps/paper-exchange/src/admin/admin-server';
import { PaperExchange } from '../../apps/paper-exchange/src/exchange/paper-exchange';
import { PaperClock } from '../../apps/paper-exchange/src/faults/paper-clock';
import { readPaperConfig } from '../../apps/paper-exchange/src/paper-exchange.config';

export interface PaperVenue {
  readonly exchange: PaperExchange;
  readonly rest: string;
  readonly ws: string;
  readonly admin: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  stop(): Promise<void>;
}

export const KEYS = {
  BINANCE_API_KEY: 'conformance-elvis-key',
  BINANCE_API_SECRET: 'conformance-elvis-secret',
  PAPER_OTHER_API_KEY: 'conformance-other-key',
  PAPER_OTHER_API_SECRET: 'conformance-other-secret',
};

export async function openVenue(
  settings: Record<string, string> = {},
  clock?: PaperClock,
): Promise<PaperVenue> {
  const bugs: unknown[] = [];
  const exchange = new PaperExchange(
    readPaperConfig({
      ...KEYS,
      PAPER_ORDERS_1M: '100000',
      PAPER_ORDERS_10S: '100000',
      PAPER_WEIGHT_1M: '1000000',
      PAPER_SPOT_WEIGHT_1M: '1000000',
      PAPER_SPOT_ORDERS_10S: '100000',
      ...settings,
    }),
    clock,
    (bug) => bugs.push(bug),
  );
  const { port } = await exchange.start();
  const adminServer = new AdminServer(adminCommands(exchange));
  const adminPort = await adminServer.listen(0);
  return {
    exchange,
    rest: `http://127.0.0.1:${port}`,
    ws: `ws://127.0.0.1:${port}`,
    admin: `http://127.0.0.1:${adminPort}`,
    apiKey: KEYS.PAPER_OTHER_API_KEY,
    apiSecret: KEYS.PAPER_OTHER_API_SECRET,
    stop: async () => {
      await Promise.all([exchange.stop(), adminServer.close()]);
      if (bugs.length > 0) throw bugs[0];
    },
  };
}
