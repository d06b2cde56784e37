/** Automatic stops that execution asks risk for, over a real bus and by risk's own contract. */
import { RequestStop, requestStop } from '@elvis/contracts';
import { Bus, createLog, natsOptions, strictValidation } from '@elvis/platform';
import { StopScope, TradingFailure } from '@elvis/trading';
import { JSONCodec, connect } from 'nats';
import { opened, startNats, until } from '@elvis/testing';
import { HaltRequester } from '../src/fleet/halt-requester';

const codec = JSONCodec();

describe('an automatic stop', () => {
  const nats = opened(() => startNats());
  const asking = opened(() => connect(natsOptions(nats.urls.execution, 'asking')));
  const serving = opened(() => connect(natsOptions(nats.urls.risk, 'serving')));
  let requests: HaltRequester;
  let taken: RequestStop[];
  let refused: number;

  beforeAll(async () => {
    const contract = strictValidation();
    serving.subscribe(requestStop.subject, {
      callback: (_error, message) => {
        const { data, id } = codec.decode(message.data) as { data: unknown; id: string };
        const respond = (answer: object): void =>
          void message.respond(codec.encode({ ...answer, id, isDisposed: true }));
        contract.transform(data, { type: 'body', metatype: RequestStop }).then(
          (stop: RequestStop) => {
            taken.push(stop);
            respond({ response: {} });
          },
          ({ code, message: text }: TradingFailure) => {
            refused += 1;
            respond({ err: { code, message: text } });
          },
        );
      },
    });
    await serving.flush();
  });
  beforeEach(() => {
    taken = [];
    refused = 0;
    requests = new HaltRequester(new Bus(asking), createLog('execution', 0, 'silent'));
  });
  afterEach(() => requests.onModuleDestroy());

  const scopesTaken = async (scope: StopScope): Promise<readonly StopScope[]> => {
    requests.requestHalt('reconcile', scope, 'a position that nobody can explain');
    await until(() => Promise.resolve(taken.length > 0), 'the stop');
    return taken.map(({ scope: of }) => ({ ...of }) as StopScope);
  };

  it.each(['BTCUSDT', 'BTCUSDT_261225', '币安人生USDT', 'IDOL'])(
    'of %s, which the exchange lists, is taken for that symbol',
    async (value) => {
      expect(await scopesTaken({ type: 'symbol', value })).toEqual([{ type: 'symbol', value }]);
      expect(refused).toBe(0);
    },
  );

  it.each([
    { type: 'symbol', value: 'no symbol' },
    { type: 'symbol', value: 'S'.repeat(41) },
    { type: 'bot', value: 'a/b' },
  ] as const)(
    'of $type $value, which cannot be named, is taken for everything, asked once more',
    async (scope) => {
      expect(await scopesTaken(scope)).toEqual([{ type: 'global' }]);
      expect(refused).toBe(1);
    },
  );
});
