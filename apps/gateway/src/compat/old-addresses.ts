/** The addresses that clients of the old API know; each answers exactly like the one on the right. */
import { FastifyInstance } from 'fastify';

export const OLD_ADDRESSES: Readonly<Record<string, string>> = {
  '/trades': '/api/v1/trades',
  '/trades/count': '/api/v1/trades/count',
  '/open_positions': '/api/v1/open_positions',
  '/balance': '/api/v1/balance',
  '/fees': '/api/v1/fees',
  '/pnl_breakdown': '/api/v1/pnl_breakdown',
  '/rolling_stats': '/api/v1/rolling_stats',
  '/trade_distribution': '/api/v1/trade_distribution',
  '/volume_profile': '/api/v1/volume_profile',
  '/equity': '/api/v1/equity',
  '/daily_statement': '/api/v1/daily_statement',
  '/market_depth': '/api/v1/market_depth',
  '/emergency_stop': '/api/v1/emergency_stop',
  '/emergency-stop': '/api/v1/emergency_stop',
  '/api/v1/emergency-stop': '/api/v1/emergency_stop',
  '/emergency_stop/status': '/api/v1/emergency_stop/status',
  '/emergency-stop/status': '/api/v1/emergency_stop/status',
  '/api/v1/emergency-stop/status': '/api/v1/emergency_stop/status',
};

/** Serves them beside the present ones; for an instance that has no routes yet. */
export function serveOldAddresses(instance: FastifyInstance): void {
  instance.addHook('onRoute', ({ method, url, handler, config }) => {
    if (method === 'HEAD') return; // Fastify adds it to every GET by itself.
    for (const [old, present] of Object.entries(OLD_ADDRESSES)) {
      if (present === url) instance.route({ method, url: old, handler, config: { ...config } });
    }
  });
}
