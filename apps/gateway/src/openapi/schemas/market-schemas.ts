/** What market-data answers, field by field. */
import { decimal, flag, orderFields, signed, symbol, text, time } from '../schema-parts';
import { Json, many, mapOf, oneOf, shape } from '../shape';

/** Absent while nothing was heard. */
const age: Json = { type: 'integer', minimum: 0 };

export const marketSchemas: Readonly<Record<string, Json>> = {
  MarketTrades: shape({
    symbol,
    market: orderFields.market,
    items: many(
      shape({
        tradeId: text('Of the aggregate trade; counts up by one.'),
        price: decimal('Price.'),
        quantity: decimal('In the base asset.'),
        takerSide: orderFields.side,
        time: time('When it was traded.'),
        ageMs: { type: 'integer', minimum: 0 },
      }),
    ),
    nextCursor: { type: 'null' },
  }),
  Venues: shape({
    instance: text('The replica of market-data that answers.'),
    venues: many(
      shape({
        venue: text('Such as binance-futures.'),
        use: oneOf(['trade', 'reference']),
        connections: many(
          shape(
            {
              name: text('Which of the connections.'),
              state: oneOf([
                'IDLE',
                'CONNECTING',
                'SUBSCRIBING',
                'LIVE',
                'SILENT',
                'DRAINING',
                'BACKING_OFF',
              ]),
              wanted: 'whole',
              confirmed: 'whole',
              connections: 'whole',
              losses: mapOf('whole'),
              failedTries: 'whole',
              ageMs: { type: 'number', minimum: 0, description: 'Since the last message.' },
            },
            ['ageMs'],
          ),
        ),
        feeds: many(
          shape(
            {
              symbol,
              topics: many('text'),
              isOrderBookSynced: flag('Whether the order book is in sequence.'),
              orderBookAgeMs: age,
              markAgeMs: age,
              tradeAgeMs: age,
              tickerAgeMs: age,
              gaps: 'whole',
              divergence: signed('Of a reference, against its own median; a fraction.'),
            },
            [
              ...['isOrderBookSynced', 'orderBookAgeMs', 'markAgeMs', 'tradeAgeMs', 'tickerAgeMs'],
              'divergence',
            ],
          ),
        ),
        malformed: 'whole',
      }),
    ),
  }),
};
