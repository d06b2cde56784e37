import { BacktestPaper } from '@elvis/contracts';
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { FastifyReply } from 'fastify';
import { Caller, From, Needs, ownerOf } from '../identity/caller';
import { Describe, OperationText } from '../openapi/describe';
import { queryParameter } from '../openapi/parameters';
import { oneOf } from '../openapi/shape';
import { RecordId } from '../users/identity.dto';
import { backtestId } from './backtest-parameters';
import { ReportQuery } from './backtests.dto';
import { OwnBacktests } from './own-backtests';

const TYPES = {
  json: 'application/json; charset=utf-8',
  html: 'text/html; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
} as const;
/** A page made of data: it may show itself and do nothing. */
const STILL = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";

const failures = {
  404: ['BACKTEST_NOT_FOUND'],
  409: ['BACKTEST_RUNNING', 'BACKTEST_WITHOUT_REPORT'],
};
const table = (id: string, what: string): OperationText => ({
  id,
  summary: `${what} of a backtest as CSV`,
  parameters: [backtestId],
  answers: {
    200: {
      description: 'Times in UTC, amounts in the quote asset.',
      schema: { type: 'object' },
      otherTypes: { 'text/csv': { schema: { type: 'string' } } },
    },
  },
  failures,
});

/** What a finished backtest can be read as. */
@ApiTags('Backtests')
@Controller('api/v1/backtests/:id')
export class BacktestPapersController {
  constructor(private readonly backtests: OwnBacktests) {}

  @Get('report')
  @Describe({
    id: 'backtestReport',
    summary: 'The report of a backtest',
    description: 'As `docs/schemas/backtest.report.v1.json` says, or as one page without outside links.',
    parameters: [
      backtestId,
      queryParameter('format', { ...oneOf(['json', 'html']), default: 'json' }, 'Format of the answer.'),
    ],
    answers: {
      200: {
        description: 'The bytes that `reportHash` is over, if JSON.',
        schema: { type: 'object' },
        otherTypes: { 'text/html': { schema: { type: 'string' } } },
      },
    },
    failures,
  })
  @Needs('read')
  async report(
    @From() caller: Caller,
    @Param() { id }: RecordId,
    @Query() { format }: ReportQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (format === 'html') reply.header('content-security-policy', STILL);
    await this.send(caller, id, `report.${format}`, TYPES[format], reply);
  }

  @Get('trades.csv')
  @Describe(table('backtestTrades', 'Trades'))
  @Needs('read')
  trades(@From() caller: Caller, @Param() { id }: RecordId, @Res() reply: FastifyReply): Promise<void> {
    return this.send(caller, id, 'trades.csv', TYPES.csv, reply);
  }

  @Get('daily.csv')
  @Describe(table('backtestDays', 'Days'))
  @Needs('read')
  daily(@From() caller: Caller, @Param() { id }: RecordId, @Res() reply: FastifyReply): Promise<void> {
    return this.send(caller, id, 'daily.csv', TYPES.csv, reply);
  }

  @Get('monthly.csv')
  @Describe(table('backtestMonths', 'Months'))
  @Needs('read')
  monthly(@From() caller: Caller, @Param() { id }: RecordId, @Res() reply: FastifyReply): Promise<void> {
    return this.send(caller, id, 'monthly.csv', TYPES.csv, reply);
  }

  @Get('equity')
  @Describe({
    id: 'backtestEquity',
    summary: 'Equity of a backtest over its time',
    parameters: [backtestId],
    answers: { 200: { description: 'At even steps, at most some 600.', schema: 'BacktestEquity' } },
    failures,
  })
  @Needs('read')
  equity(@From() caller: Caller, @Param() { id }: RecordId, @Res() reply: FastifyReply): Promise<void> {
    return this.send(caller, id, 'equity.json', TYPES.json, reply);
  }

  private async send(
    caller: Caller,
    id: string,
    paper: BacktestPaper,
    type: string,
    reply: FastifyReply,
  ): Promise<void> {
    const text = await this.backtests.paper({ id, owner: ownerOf(caller) }, paper);
    if (type === TYPES.csv)
      reply.header('content-disposition', `attachment; filename="${id.slice(0, 8)}-${paper}"`);
    void reply.type(type).send(text);
  }
}
