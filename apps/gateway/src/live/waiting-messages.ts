/** What one client is to be told next: of several messages with one key only the newest. */
import { LiveMessage } from './topics';

export class WaitingMessages {
  private readonly keyed = new Map<string, LiveMessage>();

  get count(): number {
    return this.keyed.size;
  }

  add(message: LiveMessage): void {
    const key = message.key ?? `seq:${message.seq}`;
    this.keyed.delete(key);
    this.keyed.set(key, message);
  }

  takeAll(): LiveMessage[] {
    const messages = [...this.keyed.values()];
    this.keyed.clear();
    return messages;
  }
}
