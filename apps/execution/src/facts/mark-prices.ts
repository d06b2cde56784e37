/** The marks that market data publishes, for what open positions are worth between two readings of the account. */
import { MarkUpdate, markFeed } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Decimal, parsePositiveDecimal } from '@elvis/trading';
import { Injectable, OnModuleInit } from '@nestjs/common';

/** An older one is no mark: then the position's own of the last reading is shown. */
const FRESH_MS = 5_000;

@Injectable()
export class MarkPrices implements OnModuleInit {
  private readonly marks = new Map<string, { readonly mark: Decimal; readonly atMs: number }>();

  constructor(private readonly bus: Bus) {}

  onModuleInit(): void {
    this.bus.subscribe(markFeed, (update) => this.acceptMark(update));
  }

  /** Undefined unless one came within the last seconds. */
  markOf(symbol: string): Decimal | undefined {
    const known = this.marks.get(symbol);
    return known && performance.now() - known.atMs <= FRESH_MS ? known.mark : undefined;
  }

  private acceptMark({ symbol, mark: text, ageMs }: MarkUpdate): void {
    const mark = parsePositiveDecimal(text);
    if (mark && Number.isFinite(ageMs) && ageMs >= 0)
      this.marks.set(symbol, { mark, atMs: performance.now() - ageMs });
    else this.marks.delete(symbol);
  }
}
