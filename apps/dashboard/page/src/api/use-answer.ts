/** What REST answers, asked again as often as a part of the page wants it and whenever the stream says it changed. */
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { call, type AnswerOf, type CallWords } from './api';
import type { paths } from './api-types';

type Readable = { [Path in keyof paths]: paths[Path]['get'] extends object ? Path : never }[keyof paths];

/** Whatever the stream tells or does not: nothing that is seen is older than this. */
const AT_LEAST_EVERY_MS = 10_000;

interface How {
  readonly everyMs?: number;
  readonly isWanted?: boolean;
}

/** The address is the first part of its key: what the stream says has changed is asked again by it. */
export function useAnswer<Path extends Readable>(
  path: Path,
  words: Pick<CallWords<Path, 'get'>, 'query' | 'names'> = {},
  { everyMs = AT_LEAST_EVERY_MS, isWanted = true }: How = {},
): UseQueryResult<AnswerOf<Path, 'get'>> {
  return useQuery({
    queryKey: [path, words],
    queryFn: ({ signal }) => call('get', path, { ...words, signal }),
    refetchInterval: everyMs,
    enabled: isWanted,
  });
}
