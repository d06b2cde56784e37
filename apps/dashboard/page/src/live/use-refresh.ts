/** Reads REST again after messages that say that its answer has changed. */
import { useQueryClient, type QueryKey } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { AskedAgain } from './asked-again';
import { onGap } from './live';
import type { AccountMessage } from './messages';
import { useAccount } from './use-live';

export function useRefresh(queryKey: QueryKey, concerns: (message: AccountMessage) => boolean): void {
  const queries = useQueryClient();
  const key = JSON.stringify(queryKey);
  const asked = useMemo(
    () => new AskedAgain(() => void queries.invalidateQueries({ queryKey: JSON.parse(key) as QueryKey })),
    [queries, key],
  );
  useAccount((message) => {
    if (concerns(message)) asked.told();
  });
  useEffect(() => {
    const forgetGap = onGap(() => asked.told());
    return () => {
      forgetGap();
      asked.stop();
    };
  }, [asked]);
}
