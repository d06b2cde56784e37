/**
 * Reads answers (url, status, body) as JSON lines and writes the class that an unmodified ccxt throws for each: the part
 * of it that every call goes through, without a network.
 */
import { createInterface } from 'node:readline';
import ccxt from 'ccxt';

const HOSTNAME = 'binance.elvis.internal';
const client = new ccxt.binance({ hostname: HOSTNAME });

for await (const line of createInterface({ input: process.stdin })) {
  const { url, status, body } = JSON.parse(line);
  console.log(thrownFor(url, status, body));
}

function thrownFor(url, status, body) {
  try {
    client.handleErrors(status, '', url, 'POST', {}, body, JSON.parse(body), {}, '');
    client.handleHttpStatusCode(status, '', url, 'POST', body);
  } catch (error) {
    return error.constructor.name;
  }
  return 'none';
}
