/**
 * The order book as a fixed grid of rows whose texts change: no list is built anew, so that two hundred messages a
 * second cost a few writes of text.
 */
import { type Language, fixed, grouped, shareOf } from '../../figures/decimal-text';

type Level = readonly [price: string, quantity: string];

export interface OrderBook {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly updateId: string;
}

interface Row {
  readonly element: HTMLElement;
  readonly price: Text;
  readonly quantity: Text;
  shown: string;
}

const LEVELS = 20;

export class OrderBookRows {
  private readonly asks: readonly Row[];
  private readonly bids: readonly Row[];

  /** @param asks where asks go, the best one last; @param bids where bids go, the best one first */
  constructor(asks: HTMLElement, bids: HTMLElement) {
    this.asks = rowsIn(asks).reverse();
    this.bids = rowsIn(bids);
  }

  draw(
    { asks, bids }: OrderBook,
    digits: { readonly price: number; readonly quantity: number },
    language: Language,
  ): void {
    const largest = [...asks, ...bids].reduce((most, [, quantity]) => Math.max(most, Number(quantity)), 0);
    const write = (rows: readonly Row[], levels: readonly Level[]): void =>
      rows.forEach((row, index) => {
        const level = levels[index];
        const shown = level ? `${level[0]} ${level[1]} ${largest}` : '';
        if (row.shown === shown) return;
        row.shown = shown;
        row.price.data = level ? grouped(fixed(level[0], digits.price), language) : '';
        row.quantity.data = level ? grouped(fixed(level[1], digits.quantity), language) : '';
        row.element.dataset.price = level?.[0] ?? '';
        row.element.style.setProperty('--share', level ? `${shareOf(level[1], `${largest}`)}` : '0');
      });
    write(this.asks, asks);
    write(this.bids, bids);
  }
}

function rowsIn(body: HTMLElement): Row[] {
  body.replaceChildren();
  return Array.from({ length: LEVELS }, () => {
    const element = document.createElement('tr');
    const [price, quantity] = [new Text(), new Text()];
    for (const text of [price, quantity]) {
      const cell = document.createElement('td');
      cell.append(text);
      element.append(cell);
    }
    body.append(element);
    return { element, price, quantity, shown: '' };
  });
}
