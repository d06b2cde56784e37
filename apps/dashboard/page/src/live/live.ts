/** The one stream of this page, and the store that its frames go to. */
import { call } from '../api/api';
import { LiveClient, type LiveState, type Socket } from './live-client';
import { LiveStore } from './live-store';
import type { AccountMessage } from './messages';

export const liveStore = new LiveStore((paint) => requestAnimationFrame(paint));

type AccountListener = (message: AccountMessage) => void;

const accountListeners = new Set<AccountListener>();
const gapListeners = new Set<() => void>();
const stateListeners = new Set<() => void>();
let state: LiveState = { name: 'connecting' };

const tellOfState = (): void => stateListeners.forEach((tell) => tell());

export const liveClient = new LiveClient({
  open: async (since) => {
    const { ticket } = await call('post', '/api/v1/stream-tickets');
    const address = new URL('/api/v1/stream', location.href);
    address.protocol = address.protocol.replace('http', 'ws');
    address.searchParams.set('ticket', ticket);
    if (since !== undefined) address.searchParams.set('since', since);
    return new WebSocket(address) as Socket;
  },
  nowMs: () => performance.now(),
  state: (now) => {
    state = now;
    tellOfState();
  },
  account: (message) => accountListeners.forEach((listener) => listener(message)),
  market: (frame, receivedMs) => liveStore.put(frame, receivedMs),
  gap: () => gapListeners.forEach((listener) => listener()),
  // Its panel goes on with what REST answers, and shows how old that is.
  refused: () => undefined,
});

/** Begins once somebody is signed in; a hidden page is told of the account alone. */
export function startLive(): () => void {
  const tell = (): void => liveClient.setHidden(document.hidden);
  document.addEventListener('visibilitychange', tell);
  liveClient.start();
  tell();
  return () => {
    document.removeEventListener('visibilitychange', tell);
    liveClient.stop();
  };
}

export const liveState = (): LiveState => state;

export const onLiveState = (listener: () => void): (() => void) => listened(stateListeners, listener);
/** Each message about the account, in order. */
export const onAccount = (listener: AccountListener): (() => void) => listened(accountListeners, listener);
/** Messages were missed: what REST answered before is old. */
export const onGap = (listener: () => void): (() => void) => listened(gapListeners, listener);

function listened<Listener>(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
