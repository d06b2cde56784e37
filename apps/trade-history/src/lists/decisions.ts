/** What risk decided, and on which facts. */
import { FindDecision, RiskDecided } from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { QueryResultRow } from 'pg';
import { Database } from '../database/database';
import { Conditions, millis, statement } from '../database/conditions';

const COLUMNS = `id AS "decisionId", actor, requested AS "order", verdict, denial, inputs,
  denied_order AS "deniedOrder", revision::float8 AS revision, ${millis('created_at')} AS "decidedAtMs"`;

@Injectable()
export class Decisions {
  constructor(private readonly database: Database) {}

  /**
   * The decision of that id, or the newest about that order.
   *
   * @throws TradingFailure MESSAGE_MALFORMED neither is named
   * @throws TradingFailure DECISION_NOT_FOUND
   */
  async find({ decisionId, clientOrderId }: FindDecision): Promise<RiskDecided> {
    if (decisionId === undefined && clientOrderId === undefined) {
      throw new TradingFailure(
        'MESSAGE_MALFORMED',
        'Neither decisionId nor clientOrderId was given; send one of them',
      );
    }
    const conditions = new Conditions().and('id = ?', decisionId).and('client_order_id = ?', clientOrderId);
    const [row] = await this.database.rows<RiskDecided & QueryResultRow>(
      statement(`SELECT ${COLUMNS} FROM decisions ${conditions.where} ORDER BY created_at DESC LIMIT 1`),
      conditions.values,
    );
    if (!row)
      throw new TradingFailure(
        'DECISION_NOT_FOUND',
        'No such decision is recorded; check the id, or retry if it was made just now',
      );
    return Object.fromEntries(
      Object.entries(row).filter(([, value]) => value !== null),
    ) as unknown as RiskDecided;
  }
}
