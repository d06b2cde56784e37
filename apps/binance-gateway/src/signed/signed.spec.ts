/** Signatures over the literal bytes, by the vectors of Binance's documents, in every form that clients send. */
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { Parameters } from '../requests/parameters';
import { FrontRefusal } from '../words/front-refusal';
import { Verifier, ed25519Verifier, hmacVerifier, isGenuine } from './signature';
import { signedText } from './signed-text';
import { countsUntilMs } from './timing';

const FUTURES = '2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9';
const SPOT = 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j';
const ORDER =
  'symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000&timestamp=1591702613943';
const SPOT_ORDER = (symbol: string): string =>
  `symbol=${symbol}&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559`;

const codeOf = (run: () => unknown): number | undefined => {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof FrontRefusal) return error.answer.words.code;
    throw error;
  }
};

describe('a signature', () => {
  it.each`
    what                   | secret     | query                                                                   | body                                                               | signature
    ${'futures'}           | ${FUTURES} | ${ORDER}                                                                | ${''}                                                              | ${'3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9'}
    ${'futures in a body'} | ${FUTURES} | ${''}                                                                   | ${ORDER}                                                           | ${'3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9'}
    ${'futures mixed'}     | ${FUTURES} | ${'symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC'}                 | ${'quantity=1&price=9000&recvWindow=5000&timestamp=1591702613943'} | ${'30baaf0fab549bbeda7f5ef201898b34122da25fd23c646cac2c529aebe670a4'}
    ${'spot'}              | ${SPOT}    | ${SPOT_ORDER('LTCBTC')}                                                 | ${''}                                                              | ${'c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71'}
    ${'spot, not ASCII'}   | ${SPOT}    | ${SPOT_ORDER('%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96')} | ${''}                                                              | ${'e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3'}
  `(
    'of the documents is genuine, in any hexadecimal case: $what',
    ({ secret, query, body, signature }: Record<string, string>) => {
      const verifier = hmacVerifier(secret!);
      for (const given of [signature!, signature!.toUpperCase()]) {
        const sent =
          body === '' ? [`${query}&signature=${given}`, ''] : [query!, `${body}&signature=${given}`];
        expect(isGenuine(signedText(sent[0]!, sent[1]!), verifier)).toBe(true);
      }
    },
  );

  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const signers: readonly (readonly [string, Verifier, (text: string) => string])[] = [
    [
      'HMAC',
      hmacVerifier('a-secret'),
      (text) => createHmac('sha256', 'a-secret').update(Buffer.from(text, 'latin1')).digest('hex'),
    ],
    [
      'Ed25519',
      ed25519Verifier(pem),
      (text) => encodeURIComponent(sign(null, Buffer.from(text, 'latin1'), privateKey).toString('base64')),
    ],
    [
      'Ed25519, not percent-encoded',
      ed25519Verifier(pem),
      (text) => sign(null, Buffer.from(text, 'latin1'), privateKey).toString('base64'),
    ],
  ];
  /** Where clients put things: [query, body] with S for the signature, and what was signed. */
  const forms: readonly (readonly [string, string, string, string])[] = [
    ['in the query', 'a=1&b=2&signature=S', '', 'a=1&b=2'],
    ['in the query, first', 'signature=S&a=1&b=2', '', 'a=1&b=2'],
    ['in the query, in between', 'a=1&signature=S&b=2', '', 'a=1&b=2'],
    ['in the body', '', 'a=1&b=2&signature=S', 'a=1&b=2'],
    ['in the body, parameters in both', 'a=1', 'b=2&signature=S', 'a=1b=2'],
    ['in the query, parameters in both', 'a=1&signature=S', 'b=2', 'a=1b=2'],
    [
      'a list of JSON, raw',
      '',
      'batchOrders=[{"symbol":"BTCUSDT"}]&signature=S',
      'batchOrders=[{"symbol":"BTCUSDT"}]',
    ],
    ['bytes that are no ASCII', 'symbol=\u00ef\u00bc\u0091&signature=S', '', 'symbol=\u00ef\u00bc\u0091'],
    ['lower-case percent-encoding', 'list=%5b1%2c2%5d&signature=S', '', 'list=%5b1%2c2%5d'],
  ];

  it.each(
    signers.flatMap(([kind, verifier, signer]) => forms.map((form) => ({ kind, verifier, signer, form }))),
  )(
    'is genuine wherever it stands, and not after one byte has changed: $kind, $form.0',
    ({ verifier, signer, form: [, query, body, text] }) => {
      const sent = [query, body].map((part) =>
        part.replace(/signature=S(?=&|$)/, () => `signature=${signer(text)}`),
      );
      expect(isGenuine(signedText(sent[0]!, sent[1]!), verifier)).toBe(true);
      const changed = sent.map((part) => part.replace(/(a=|batchOrders=\[\{"s|symbol=.|list=%5b)./, '$1X'));
      expect(changed).not.toEqual(sent);
      expect(isGenuine(signedText(changed[0]!, changed[1]!), verifier)).toBe(false);
    },
  );

  it('is refused when there is none, or more than one', () => {
    expect(codeOf(() => signedText('a=1', 'b=2'))).toBe(-1102);
    expect(codeOf(() => signedText('a=1&signature=', ''))).toBe(-1102);
    expect(codeOf(() => signedText('a=1&signature=x', 'signature=x'))).toBe(-1022);
  });

  it('is not genuine where it is no signature at all', () => {
    const verifier = hmacVerifier('a-secret');
    for (const signature of ['x', 'f'.repeat(63), 'g'.repeat(64), 'f'.repeat(64)])
      expect(isGenuine({ text: 'a=1', signature }, verifier)).toBe(false);
  });
});

describe('the time of a signed request', () => {
  const NOW = 1_600_000_000_000;
  const until = (query: string, nowMs = NOW): number | undefined => {
    try {
      return countsUntilMs(Parameters.read(query, ''), 'spot', nowMs);
    } catch (error) {
      if (error instanceof FrontRefusal) return error.answer.words.code;
      throw error;
    }
  };

  it.each`
    query                                           | answer             | because
    ${`timestamp=${NOW}`}                           | ${NOW + 5_000}     | ${'the window is 5 s'}
    ${`timestamp=${NOW - 5_000}`}                   | ${NOW}             | ${'its last moment counts'}
    ${`timestamp=${NOW - 5_001}`}                   | ${-1021}           | ${'it is a millisecond too old'}
    ${`timestamp=${NOW + 999}`}                     | ${NOW + 5_999}     | ${'it is less than a second ahead'}
    ${`timestamp=${NOW + 1_000}`}                   | ${-1021}           | ${'it is a second ahead'}
    ${`timestamp=${NOW - 60_000}&recvWindow=60000`} | ${NOW}             | ${'the longest window is a minute'}
    ${`timestamp=${NOW}&recvWindow=60000.001`}      | ${-1131}           | ${'a longer one is refused'}
    ${`timestamp=${NOW}&recvWindow=x`}              | ${-1100}           | ${'a window is a number'}
    ${`timestamp=${NOW - 1}&recvWindow=0.999`}      | ${-1021}           | ${'a window may have fractions'}
    ${`timestamp=${NOW}999`}                        | ${NOW + 5_000.999} | ${'sixteen digits are microseconds'}
    ${`timestamp=${NOW - 5_001}999`}                | ${-1021}           | ${'it is a microsecond too old'}
    ${`timestamp=${NOW - 5_000}000`}                | ${NOW}             | ${'to the microsecond'}
    ${'timestamp=soon'}                             | ${-1100}           | ${'a time is a number'}
    ${'timestamp='}                                 | ${-1102}           | ${'it must be there'}
  `('is judged by the exchange clock: $because', ({ query, answer }: { query: string; answer: number }) => {
    expect(until(query)).toBeCloseTo(answer, 3);
  });
});

describe('parameters', () => {
  it('are read from query and body, and the query wins', () => {
    const parameters = Parameters.read('symbol=A', 'symbol=B&side=BUY');
    expect([parameters.get('symbol'), parameters.get('side')]).toEqual(['A', 'BUY']);
  });

  it('are decoded as UTF-8, percent-encoded or raw', () => {
    const raw = Buffer.from('symbol=１２３USDT').toString('latin1');
    expect(Parameters.read(raw, '').get('symbol')).toBe('１２３USDT');
    expect(Parameters.read('symbol=%EF%BC%91%EF%BC%92%EF%BC%93USDT', '').get('symbol')).toBe('１２３USDT');
    expect(Parameters.read('list=%5B1%2C2%5D&note=a+b', '').get('list')).toBe('[1,2]');
    expect(Parameters.read('note=100%', '').get('note')).toBe('100%');
  });

  it('are refused where one part names one twice', () => {
    expect(codeOf(() => Parameters.read('a=1&a=2', ''))).toBe(-1101);
  });
});
