/** The stream, while somebody is signed in: what it says has changed is asked again, and after a gap everything is. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { AskedAgain } from '../live/asked-again';
import { onAccount, onGap, startLive } from '../live/live';

/** Addresses whose answers a topic makes old. */
const TOLD_BY: Readonly<Record<string, readonly string[]>> = {
  orders: ['/api/v1/orders', '/api/v1/overview'],
  fills: ['/api/v1/trades', '/api/v1/overview'],
  positions: ['/api/v1/overview'],
  'trading-state': ['/api/v1/emergency_stop/status', '/api/v1/risk/limits'],
  halts: ['/api/v1/emergency_stop/status', '/api/v1/risk/limits'],
  'rate-limits': ['/api/v1/rate-limits'],
  alerts: ['/api/v1/alerts'],
  bots: ['/api/v1/bot-states'],
};
export function useStream(): void {
  const queries = useQueryClient();
  useEffect(() => {
    const stop = startLive();
    const asked = new Map<string, AskedAgain>();
    const askedOf = (address: string): AskedAgain => {
      const found =
        asked.get(address) ?? new AskedAgain(() => void queries.invalidateQueries({ queryKey: [address] }));
      asked.set(address, found);
      return found;
    };
    const forgetAccount = onAccount(({ topic }) =>
      TOLD_BY[topic]?.forEach((address) => askedOf(address).told()),
    );
    const forgetGap = onGap(() => void queries.invalidateQueries());
    return () => {
      asked.forEach((each) => each.stop());
      forgetAccount();
      forgetGap();
      stop();
    };
  }, [queries]);
}
