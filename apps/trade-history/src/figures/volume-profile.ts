/** At which prices we traded how much. */
import { GetVolumeProfile, VolumeBucket, VolumeProfileReply } from '@elvis/contracts';
import { Decimal } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import { DIGITS } from '../domain/lots';
import { valueArea } from '../domain/value-area';
import { statement } from '../database/conditions';
import { scopeOf, total } from './figure-scope';

interface Row {
  readonly low: string;
  readonly high: string;
  readonly bucket: number;
  readonly bought: string;
  readonly sold: string;
  readonly trades: number;
}

@Injectable()
export class VolumeProfile {
  constructor(private readonly database: Database) {}

  async of({ buckets, ...filter }: GetVolumeProfile): Promise<VolumeProfileReply> {
    const conditions = scopeOf(filter);
    const count = conditions.place(buckets);
    const rows = await this.database.rows<Row>(
      statement(`WITH seen AS MATERIALIZED (SELECT price, quantity, side FROM trades ${conditions.where}),
          range AS (SELECT min(price) AS low, max(price) AS high FROM seen)
        SELECT low::text, high::text,
          CASE WHEN low = high THEN 1 ELSE least(width_bucket(price, low, high, ${count}::int), ${count}::int) END AS bucket,
          ${total(`CASE WHEN side = 'BUY' THEN quantity END`)} AS bought,
          ${total(`CASE WHEN side = 'SELL' THEN quantity END`)} AS sold, count(*)::float8 AS trades
        FROM seen, range GROUP BY low, high, bucket ORDER BY bucket`),
      conditions.values,
    );
    const items = toBuckets(rows, buckets);
    const area = valueArea(items.map(({ quantity }) => new Decimal(quantity)));
    const control = area && items[area.control];
    return {
      symbol: filter.symbol,
      items,
      pointOfControl: control ? middleOf(control) : null,
      valueAreaLow: (area && items[area.low]?.priceFrom) ?? null,
      valueAreaHigh: (area && items[area.high]?.priceTo) ?? null,
    };
  }
}

function toBuckets(rows: readonly Row[], count: number): VolumeBucket[] {
  const [first] = rows;
  if (!first) return [];
  const low = new Decimal(first.low);
  const range = new Decimal(first.high).minus(low);
  const bound = (index: number): string =>
    low.plus(range.times(index).div(count).toDecimalPlaces(DIGITS)).toFixed();
  const filled = new Map(rows.map((row) => [row.bucket, row]));
  return Array.from({ length: range.isZero() ? 1 : count }, (_, index) => {
    const { bought = '0', sold = '0', trades = 0 } = filled.get(index + 1) ?? {};
    return {
      priceFrom: bound(index),
      priceTo: bound(index + 1),
      buyQuantity: bought,
      sellQuantity: sold,
      quantity: new Decimal(bought).plus(sold).toFixed(),
      trades,
    };
  });
}

const middleOf = ({ priceFrom, priceTo }: VolumeBucket): string =>
  new Decimal(priceFrom).plus(priceTo).div(2).toFixed();
