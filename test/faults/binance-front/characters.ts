/**
 * How clients act when they do not know what became of an order, as their sources have it. Each wants one order, acts by
 * what the front says alone, and says at the end what it believes.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { FrontAnswer, FrontCaller } from '../../front/front-caller';

interface Wish {
  readonly symbol: string;
  readonly price: number;
  readonly quantity: string;
  readonly clientId: string;
}

interface Belief {
  /** That there is one order of this wish. */
  readonly isThere: boolean;
  readonly said: readonly string[];
}

type Character = (front: FrontCaller, wish: Wish) => Promise<Belief>;

const PATIENCE_MS = 60_000;
const AGAIN_AFTER_MS = 5_000;
const LOOK_EVERY_MS = 500;
const ORDER = '/fapi/v1/order';

const place = (front: FrontCaller, { symbol, price, quantity, clientId }: Wish): Promise<FrontAnswer> =>
  front.call('POST', ORDER, {
    ...{ symbol, side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity, price },
    newClientOrderId: clientId,
  });

const wordOf = ({ status, code, body }: FrontAnswer): string =>
  status === 200 ? `200 ${body.status ?? ''}`.trim() : `${status} ${code ?? ''}`.trim();
/** Neither done nor not done: 503 with -1007, or nothing at all. */
const isUnknown = ({ status, code }: FrontAnswer): boolean => status === 0 || code === -1007;
/** Nothing was sent: it may be tried again. */
const isPassing = ({ code }: FrontAnswer): boolean => code === -1001 || code === -1003 || code === -1015;

async function untilAnswered(
  said: string[],
  act: () => Promise<FrontAnswer>,
  isAnswer: (answer: FrontAnswer) => boolean,
  everyMs = LOOK_EVERY_MS,
): Promise<FrontAnswer> {
  for (const end = performance.now() + PATIENCE_MS; ; await pause(everyMs)) {
    const answer = await act();
    said.push(wordOf(answer));
    if (isAnswer(answer) || performance.now() > end) return answer;
  }
}

/** freqtrade: after a failure it looks whether anything is there, and if not it orders anew under another id. */
const ordersAnew: Character = async (front, wish) => {
  const said: string[] = [];
  for (let turn = 0; turn < 6; turn += 1) {
    const answer = await place(front, { ...wish, clientId: `${wish.clientId}-${turn}` });
    said.push(wordOf(answer));
    if (answer.status === 200) return { isThere: true, said };
    await pause(AGAIN_AFTER_MS);
    const open = await untilAnswered(
      said,
      () => front.call('GET', '/fapi/v1/openOrders', { symbol: wish.symbol }),
      ({ status }) => status === 200,
    );
    if (open.status === 200 && open.body.length > 0) return { isThere: true, said };
    if (open.status !== 200) return { isThere: false, said: [...said, 'never told'] };
  }
  return { isThere: false, said };
};

/** hummingbot: it keeps the id and asks for the order until it is told. */
const asksById: Character = async (front, wish) => {
  const said: string[] = [];
  const answer = await untilAnswered(
    said,
    () => place(front, wish),
    (given) => !isPassing(given),
  );
  if (answer.status === 200) return { isThere: true, said };
  if (!isUnknown(answer)) return { isThere: false, said };
  const query = { symbol: wish.symbol, origClientOrderId: wish.clientId };
  const told = await untilAnswered(
    said,
    () => front.call('GET', ORDER, query),
    ({ status, code }) => status === 200 || code === -2013,
  );
  return { isThere: told.status === 200 && !['REJECTED', 'EXPIRED'].includes(told.body.status), said };
};

/** nautilus: it sends the same id again until it has an answer. */
const sendsTheSame: Character = async (front, wish) => {
  const said: string[] = [];
  const answer = await untilAnswered(
    said,
    () => place(front, wish),
    (given) => given.status === 200 || !(isUnknown(given) || isPassing(given)),
  );
  // A duplicate of its own order is one that stands.
  return { isThere: answer.status === 200 || answer.code === -4116, said };
};

export const CHARACTERS: readonly {
  readonly name: string;
  readonly symbol: string;
  readonly act: Character;
}[] = [
  { name: 'orders anew', symbol: 'BTCUSDT', act: ordersAnew },
  { name: 'asks by id', symbol: 'ETHUSDT', act: asksById },
  { name: 'sends the same', symbol: 'LTCUSDT', act: sendsTheSame },
];
