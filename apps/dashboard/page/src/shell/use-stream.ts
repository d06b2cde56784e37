/** The stream, while somebody is signed in: what it says has changed is asked again, and after a gap everything is. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { onAccount, onGap, startLive } from '../live/live';

/** Addresses whose answers a topic makes old. */
const TOLD_BY: Readonly<Record<string, readonly string[]>> = {
  orders: ['/api/v1/orders'],
  fills: ['/api/v1/trades', '/api/v1/open_positions'],
  positions: ['/api/v1/open_positions'],
  'trading-state': ['/api/v1/emergency_stop/status', '/api/v1/risk/limits'],
  halts: ['/api/v1/emergency_stop/status', '/api/v1/risk/limits'],
  'rate-limits': ['/api/v1/rate-limits'],
  alerts: ['/api/v1/alerts'],
  bots: ['/api/v1/bot-states'],
};
/** However much is told, an address is asked again no more often than this. */
const GATHER_MS = 500;

export function useStream(): void {
  const queries = useQueryClient();
  useEffect(() => {
    const stop = startLive();
    const old = new Set<string>();
    let timer: number | undefined;
    const askAgain = (): void => {
      timer = undefined;
      for (const address of old) void queries.invalidateQueries({ queryKey: [address] });
      old.clear();
    };
    const forgetAccount = onAccount(({ topic }) => {
      TOLD_BY[topic]?.forEach((address) => old.add(address));
      if (old.size > 0) timer ??= window.setTimeout(askAgain, GATHER_MS);
    });
    const forgetGap = onGap(() => void queries.invalidateQueries());
    return () => {
      clearTimeout(timer);
      forgetAccount();
      forgetGap();
      stop();
    };
  }, [queries]);
}
