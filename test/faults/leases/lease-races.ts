/**
 * Races for one symbol between bots of apps/bots and keys of the Binance front, each on the subject of its own, at two
 * replicas of risk: one of them gets it, and nothing of any other reaches execution until it is given up.
 */
import {
  SubmitOrder,
  SubmitOrderReply,
  botActor,
  releaseSymbolLease,
  submitBotOrder,
  submitFrontOrder,
} from '@elvis/contracts';
import { Bus, natsOptions } from '@elvis/platform';
import { NatsConnection, connect } from 'nats';
import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { until } from '@elvis/testing';
import { RiskFleet, anOrder } from '../../../apps/risk/test/risk-fleet';
import { seeded } from '../../load/seeded';

const ANSWER_WITHIN_MS = 60_000;
/** Of each kind, at most. */
const MOST_CONTENDERS = 3;
const MOST_TURNS = 40;
const PLACE = { market: 'futures', subject: 'BTCUSDT' } as const;

interface Contender {
  readonly kind: 'bot' | 'front';
  readonly actor: string;
  readonly send: (change: Partial<SubmitOrder>) => Promise<SubmitOrderReply>;
}

export interface RaceReport {
  readonly contenders: number;
  readonly winner: Contender['kind'];
}

export class LeaseRaces {
  private constructor(
    private readonly fleet: RiskFleet,
    private readonly connections: readonly NatsConnection[],
  ) {}

  static async start(): Promise<LeaseRaces> {
    const fleet = await RiskFleet.start({ RISK_MAX_OPEN_ORDERS: 'off' }, 2);
    const { bots, 'binance-gateway': front } = fleet.nats.urls;
    const connections = [
      await connect(natsOptions(bots, 'bots')),
      await connect(natsOptions(front, 'binance-gateway')),
    ];
    fleet.behaviours = ['take'];
    return new LeaseRaces(fleet, connections);
  }

  /** @throws Error what should not be */
  async race(seed: number): Promise<RaceReport> {
    const random = seeded(seed);
    const below = (most: number): number => Math.floor(random() * most);
    await this.fleet.measureClock();
    const contenders = (['bot', 'front'] as const).flatMap((kind) =>
      Array.from({ length: 1 + below(MOST_CONTENDERS) }, () => this.contender(kind)),
    );
    const before = this.fleet.placed.length;
    const codes = await Promise.all(
      contenders.map(async ({ send }, at) => {
        for (let turns = below(MOST_TURNS); turns > 0; turns -= 1) await turn();
        return codeOf(await send({ price: `${59_000 + at}` }));
      }),
    );
    const winners = contenders.filter((_, at) => codes[at] === 'NEW');
    const [winner] = winners;
    if (!winner || winners.length > 1) throw new Error(`Seed ${seed}: answered ${codes.join(', ')}`);
    for (const loser of contenders.filter((each) => each !== winner)) {
      const code = codeOf(await loser.send({ reduceOnly: true, side: 'SELL' }));
      if (code !== 'SYMBOL_LEASED')
        throw new Error(`Seed ${seed}: what reduces of ${loser.kind} was ${code}`);
    }
    const reached = new Set(this.fleet.placed.slice(before).map(({ order }) => order.actor));
    if (reached.size !== 1 || !reached.has(winner.actor))
      throw new Error(`Seed ${seed}: execution had orders of ${[...reached].join(', ')}`);
    if (codes.some((code) => code !== 'NEW' && code !== 'SYMBOL_LEASED'))
      throw new Error(`Seed ${seed}: answered ${codes.join(', ')}`);
    // Refused while risk cannot see for a moment that nothing rests there.
    const giveUp = () => this.fleet.caller.request(releaseSymbolLease, { ...PLACE, actor: 'user:1' });
    await until(() => giveUp().catch(() => undefined), 'the symbol is given up');
    return { contenders: contenders.length, winner: winner.kind };
  }

  async stop(): Promise<void> {
    await Promise.all(this.connections.map((connection) => connection.close()));
    await this.fleet.stop();
  }

  private contender(kind: Contender['kind']): Contender {
    const bot = randomUUID();
    const actor = botActor(bot);
    const origin = { keyId: randomUUID(), clientId: 'race', generation: 0 };
    const [bots, front] = this.connections.map((connection) => new Bus(connection)) as [Bus, Bus];
    const send = (change: Partial<SubmitOrder>): Promise<SubmitOrderReply> => {
      const order = anOrder({ actor, botConfigId: bot, ...change });
      const within = { timeoutMs: ANSWER_WITHIN_MS };
      return kind === 'bot'
        ? bots.request(submitBotOrder, order, within)
        : front.request(submitFrontOrder, { ...order, origin }, within);
    };
    return { kind, actor, send };
  }
}

const codeOf = ({ denial, order }: SubmitOrderReply): string => denial?.code ?? order.status;
