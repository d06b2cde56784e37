import { parseLossless } from '@elvis/binance';

/** What the exchange's port for administrators answers. @throws Error with its words where it refuses */
export async function askAdmin<Reply>(
  url: string,
  method: string,
  path: string,
  body?: object,
): Promise<Reply> {
  const answer = await fetch(`${url}${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${text}`);
  // The exchange's numbers are larger than a double can tell apart.
  return parseLossless(text) as Reply;
}
