/** Live figures in React: a topic is followed while a part that is on screen looks at it. */
import { type RefObject, useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { liveClient, liveState, liveStore, onAccount, onLiveState } from './live';
import type { LiveState } from './live-client';
import type { FrameListener, HeldFrame } from './live-store';
import type { AccountMessage } from './messages';

/** Whether the element is on screen, or nearly. */
export function useVisible(element: RefObject<Element | null>): boolean {
  const [isVisible, setVisible] = useState(false);
  useEffect(() => {
    if (!element.current) return;
    const observer = new IntersectionObserver(
      (entries) => setVisible(entries.some(({ isIntersecting }) => isIntersecting)),
      { rootMargin: '100px' },
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return isVisible;
}

/** Follows the topic while `isWanted`; what is held of it is forgotten afterwards. */
export function useFollow(topic: string, isWanted = true): void {
  useEffect(() => (isWanted ? liveClient.follow(topic) : undefined), [topic, isWanted]);
}

/** Every frame of a topic, at most once a painted frame, without a render: for what draws into the DOM itself. */
export function useFrames(topic: string, listener: FrameListener, isWanted = true): void {
  const newest = useRef(listener);
  useEffect(() => {
    newest.current = listener;
  });
  useFollow(topic, isWanted);
  useEffect(() => {
    if (!isWanted) return;
    const held = liveStore.get(topic);
    if (held) newest.current([held]);
    return liveStore.listen(topic, (frames) => newest.current(frames));
  }, [topic, isWanted]);
}

/** The newest frame of a topic, for figures that change a few times a second. */
export function useTopic(topic: string, isWanted = true): HeldFrame | undefined {
  useFollow(topic, isWanted);
  const subscribe = useCallback((changed: () => void) => liveStore.listen(topic, changed), [topic]);
  return useSyncExternalStore(subscribe, () => liveStore.get(topic));
}

/** Calls for each message about the account. */
export function useAccount(listener: (message: AccountMessage) => void): void {
  const newest = useRef(listener);
  useEffect(() => {
    newest.current = listener;
  });
  useEffect(() => onAccount((message) => newest.current(message)), []);
}

export const useLiveState = (): LiveState => useSyncExternalStore(onLiveState, liveState);
