/** A list that is read page by page, by the cursor that each page gives for the next. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { AskedAgain } from '../live/asked-again';
import { onAccount, onGap } from '../live/live';

interface Listed<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

interface Wanted<Item> {
  readonly key: readonly unknown[];
  readonly read: (cursor: string | undefined, signal: AbortSignal) => Promise<Listed<Item>>;
  /** The topic of the stream that tells of changes. */
  readonly topic: string;
}

/** A list of which more has been read is not read again by itself: what a person looks at would move away. */
const READ_AGAIN_PAGES = 2;

export function usePages<Item>({ key, read, topic }: Wanted<Item>) {
  const [hasNewer, setNewer] = useState(false);
  const query = useInfiniteQuery({
    queryKey: ['pages', ...key],
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
  const { refetch, fetchNextPage, hasNextPage, isFetching } = query;
  const pages = query.data?.pages ?? [];
  const count = useRef(0);
  useEffect(() => {
    count.current = pages.length;
  });
  useEffect(() => {
    const tell = (): void => {
      if (count.current <= READ_AGAIN_PAGES) void refetch();
      else setNewer(true);
    };
    const asked = new AskedAgain(tell);
    const forgetAccount = onAccount((message) => {
      if (message.topic === topic) asked.told();
    });
    const forgetGap = onGap(tell);
    return () => {
      asked.stop();
      forgetAccount();
      forgetGap();
    };
  }, [topic, refetch]);
  const more = useCallback((): void => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  const again = useCallback((): void => {
    setNewer(false);
    void refetch();
  }, [refetch]);
  return { ...query, items: pages.flatMap(({ items }) => items), more, again, hasNewer };
}
