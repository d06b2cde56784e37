/** Handles messages of different keys side by side, and those of one key one after the other in their order. */
export async function inOrderOf<Message>(
  messages: readonly Message[],
  keyOf: (message: Message) => string,
  handle: (message: Message) => Promise<void>,
): Promise<void> {
  const rows = new Map<string, Message[]>();
  for (const message of messages) {
    const key = keyOf(message);
    const row = rows.get(key);
    if (row) row.push(message);
    else rows.set(key, [message]);
  }
  await Promise.all(
    [...rows.values()].map(async (row) => {
      for (const message of row) await handle(message);
    }),
  );
}
