/** What the exchange has booked on the account: fees, funding, realised profit, transfers. */
import { IncomeItem, ListIncome } from '@elvis/contracts';

export abstract class IncomeHistory {
  /** Oldest first, at most `limit`; the pages of one span follow each other without a gap. @throws TradingFailure */
  abstract listIncome(span: ListIncome): Promise<readonly IncomeItem[]>;
}
