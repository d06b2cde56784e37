/** Frames of messages about the account. Clients that hear the same in the same moment share one. */
import { LiveMessage } from '../topics';
import { Frame } from './frame';

export class MessageFrames {
  private readonly texts = new WeakMap<LiveMessage, string>();
  private readonly frames = new Map<string, Frame>();
  private atMs = NaN;

  /** @param nowMs the time of the slot; what was made in another one is forgotten */
  of(messages: readonly LiveMessage[], nowMs: number): Frame {
    if (nowMs !== this.atMs) this.frames.clear();
    this.atMs = nowMs;
    const key = messages.map(({ seq }) => seq).join();
    let frame = this.frames.get(key);
    if (!frame) {
      frame = new Frame(`[${messages.map((message) => this.textOf(message)).join()}]`);
      this.frames.set(key, frame);
    }
    return frame;
  }

  private textOf(message: LiveMessage): string {
    let text = this.texts.get(message);
    if (text === undefined) {
      text = JSON.stringify(withoutKey(message));
      this.texts.set(message, text);
    }
    return text;
  }
}

export const withoutKey = ({
  key: _,
  owner: __,
  ...message
}: LiveMessage): Omit<LiveMessage, 'key' | 'owner'> => message;
