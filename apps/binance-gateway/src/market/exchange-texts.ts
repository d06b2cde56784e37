/**
 * The exchange's own answers, word for word. Whoever asks the same while it is being read, or while an answer is good, is
 * given that one: what a hundred clients ask costs what one does. Execution does the asking, out of its own budget.
 */
import { ExchangeAnswer, readExchange } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { FrontClock } from '../clock/front-clock';
import { Told } from '../calls/call';

/** A little longer than execution waits for the exchange. */
const TIMEOUT_MS = 12_000;
/** Whoever shows no key: all of them together have the part of one. */
const ANONYMOUS = 'anonymous';
const KEPT_CHARACTERS = 64 * 1024 * 1024;
const unpacked = promisify(gunzip);

export interface ExchangeText {
  readonly text: string;
  readonly askedAtMs: number;
  readonly goodUntilMs: number;
}

interface Kept {
  readonly askedAfterMs: number;
  readonly answer: Promise<ExchangeText>;
  known?: ExchangeText;
}

@Injectable()
export class ExchangeTexts {
  private readonly kept = new Map<string, Kept>();
  private characters = 0;

  constructor(
    private readonly bus: Bus,
    private readonly time: FrontClock,
  ) {}

  /**
   * @param keyId out of whose part of the exchange's budget it is read, if it has to be
   * @param askedAfterMs what the answer tells has changed at this exchange time
   * @throws TradingFailure the exchange refused it, or could not be asked
   */
  async read(
    market: Market,
    path: string,
    parameters: Readonly<Record<string, string>>,
    keyId = ANONYMOUS,
    askedAfterMs = 0,
  ): Promise<ExchangeText> {
    const name = `${market} ${path} ${JSON.stringify(Object.entries(parameters).sort())}`;
    const nowMs = this.time.now();
    const kept = this.kept.get(name);
    if (kept && isGood(kept, nowMs, askedAfterMs)) return kept.answer;
    const asked: Kept = { askedAfterMs, answer: this.ask(market, path, parameters, keyId, askedAfterMs) };
    this.forget(name);
    this.kept.set(name, asked);
    try {
      const known = await asked.answer;
      if (this.kept.get(name) === asked) {
        asked.known = known;
        this.characters += known.text.length;
        this.makeRoom();
      }
      return known;
    } catch (error) {
      if (this.kept.get(name) === asked) this.forget(name);
      throw error;
    }
  }

  /** The same as an answer of ours that tells its age. */
  async told(
    market: Market,
    path: string,
    parameters: Readonly<Record<string, string>>,
    keyId?: string,
  ): Promise<Told> {
    const { text, askedAtMs } = await this.read(market, path, parameters, keyId);
    return { body: text, headers: this.ageOf('upstream', askedAtMs) };
  }

  ageOf(source: string, asOfMs: number): Record<string, string> {
    const ageMs = Math.max(0, Math.round(this.time.now() - asOfMs));
    return { 'X-Elvis-Source': source, 'X-Elvis-Age-Ms': `${ageMs}` };
  }

  private async ask(
    market: Market,
    path: string,
    parameters: Readonly<Record<string, string>>,
    keyId: string,
    askedAfterMs: number,
  ): Promise<ExchangeText> {
    const question = { market, path, parameters, keyId, ...(askedAfterMs > 0 && { askedAfterMs }) };
    const answer = await this.bus.request(readExchange, question, { timeoutMs: TIMEOUT_MS });
    return { ...answer, text: await textOf(answer) };
  }

  private forget(name: string): void {
    this.characters -= this.kept.get(name)?.known?.text.length ?? 0;
    this.kept.delete(name);
  }

  /** The longest kept go first; a client that asks for ever new things pushes out what is old and nothing else. */
  private makeRoom(): void {
    for (const name of this.kept.keys()) {
      if (this.characters <= KEPT_CHARACTERS) return;
      this.forget(name);
    }
  }
}

/** One that is under way is good for a client that does not know of a later change. */
const isGood = ({ known, askedAfterMs }: Kept, nowMs: number, wantedAfterMs: number): boolean =>
  known ? known.goodUntilMs > nowMs && known.askedAtMs > wantedAfterMs : askedAfterMs >= wantedAfterMs;

async function textOf({ text, gzip }: ExchangeAnswer): Promise<string> {
  return text ?? (await unpacked(Buffer.from(gzip ?? '', 'base64'))).toString('utf8');
}
