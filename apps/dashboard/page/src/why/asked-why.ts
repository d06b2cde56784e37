/** Which id is being explained: one drawer for the whole page, so that a list that is read again does not close it. */
import { useSyncExternalStore } from 'react';

let asked: string | undefined;
const listeners = new Set<() => void>();

export function askWhy(id: string | undefined): void {
  asked = id;
  for (const tell of listeners) tell();
}

const listen = (tell: () => void): (() => void) => {
  listeners.add(tell);
  return () => listeners.delete(tell);
};

export const useAskedWhy = (): string | undefined => useSyncExternalStore(listen, () => asked);
