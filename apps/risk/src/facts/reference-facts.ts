/**
 * The newest word of the reference venue on each symbol, with its age on the monotonic clock. One that cannot be read
 * takes the fact away. A replica of market-data that has just started cannot say yet how far the venues usually are
 * apart: its word does not displace one that does, while that is fresh.
 */
import { ReferenceUpdate, referenceFeed } from '@elvis/contracts';
import { Bus, Metrics } from '@elvis/platform';
import { ReferenceFact } from '@elvis/rules';
import { Decimal, parseDecimal, parsePositiveDecimal } from '@elvis/trading';
import { Injectable, OnModuleInit } from '@nestjs/common';
import { Clock } from './clock';

/** Two of them come in this time where all is well. */
const DISPLACED_AFTER_MS = 1_000;

interface Heard {
  readonly fact: ReferenceFact;
  readonly atMs: number;
}

@Injectable()
export class ReferenceFacts implements OnModuleInit {
  private readonly heard = new Map<string, Heard>();
  private readonly malformed;

  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.malformed = metrics.counter(
      'elvis_risk_malformed_references_total',
      'Updates of the reference venue that could not be read and took their fact away',
    );
  }

  onModuleInit(): void {
    this.bus.subscribe(
      referenceFeed,
      (update) => this.accept(update),
      () => this.malformed.inc(),
    );
  }

  fact(symbol: string): ReferenceFact | undefined {
    const heard = this.heard.get(symbol);
    if (!heard) return undefined;
    const { fact } = heard;
    const passedMs = this.clock.monotonicMs() - heard.atMs;
    const aged = (ageMs: number): number => Math.ceil(ageMs + passedMs);
    const compared = fact.compared && { ...fact.compared, ageMs: aged(fact.compared.ageMs) };
    return { ...fact, ageMs: aged(fact.ageMs), ...(compared && { compared }) };
  }

  private accept(update: ReferenceUpdate): void {
    const fact = factOf(update);
    const symbol: unknown = update?.symbol;
    if (typeof symbol !== 'string' || !fact) {
      this.malformed.inc();
      if (typeof symbol === 'string') this.heard.delete(symbol);
      return;
    }
    const atMs = this.clock.monotonicMs();
    const before = this.heard.get(symbol);
    const isFresh = before && atMs - before.atMs < DISPLACED_AFTER_MS;
    if (isFresh && before.fact.compared && !fact.compared) return;
    this.heard.set(symbol, { fact, atMs });
  }
}

/** Undefined if it cannot be read. */
function factOf(update: ReferenceUpdate): ReferenceFact | undefined {
  const [bid, ask] = [parsePositiveDecimal(update?.bid), parsePositiveDecimal(update?.ask)];
  if (!bid || !ask || typeof update.venue !== 'string' || !isAge(update.ageMs)) return undefined;
  const { venue, ageMs } = update;
  const price = middle(bid, ask);
  if (update.divergence === null) {
    return { venue, price, ageMs, lacks: update.why ?? 'the reference was not compared' };
  }
  const divergence = signedDecimal(update.divergence);
  const mid = parsePositiveDecimal(update.compared?.mid);
  const midAgeMs = update.compared?.midAgeMs;
  if (!divergence || !mid || !isAge(midAgeMs)) return undefined;
  return { venue, price, ageMs, lacks: '', compared: { price: mid, ageMs: midAgeMs, divergence } };
}

/** A plain decimal, with a sign where it is below zero. */
function signedDecimal(text: unknown): Decimal | undefined {
  if (typeof text !== 'string' || !text.startsWith('-')) return parseDecimal(text);
  return parseDecimal(text.slice(1))?.negated();
}

const middle = (bid: Decimal, ask: Decimal): Decimal => bid.plus(ask).div(2);
const isAge = (value: unknown): value is number => Number.isFinite(value) && (value as number) >= 0;
