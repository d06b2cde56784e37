/** Reads REST again after messages that say that its answer has changed, at most four times a second. */
import { useQueryClient, type QueryKey } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { onGap } from './live';
import type { AccountMessage } from './messages';
import { useAccount } from './use-live';

const PAUSE_MS = 250;

export function useRefresh(queryKey: QueryKey, concerns: (message: AccountMessage) => boolean): void {
  const queries = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const key = JSON.stringify(queryKey);
  const refresh = (): void => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      void queries.invalidateQueries({ queryKey: JSON.parse(key) as QueryKey });
    }, PAUSE_MS);
  };
  useAccount((message) => concerns(message) && refresh());
  useEffect(
    () => onGap(() => void queries.invalidateQueries({ queryKey: JSON.parse(key) as QueryKey })),
    [queries, key],
  );
  useEffect(() => () => clearTimeout(timer.current), []);
}
