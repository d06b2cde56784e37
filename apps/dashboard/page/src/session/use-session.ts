import { useSyncExternalStore } from 'react';
import { session, type SessionState } from './session';

/** Who is signed in, and what they may do. */
export function useSession(): SessionState & { readonly may: (scope: string) => boolean } {
  const state = useSyncExternalStore(session.subscribe, session.current);
  return { ...state, may: (scope) => state.scopes.has(scope) };
}
