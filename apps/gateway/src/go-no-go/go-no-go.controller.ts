import { GoNoGoPaper, decideGoNoGo, getGoNoGo, listGoNoGo, readGoNoGo, runGoNoGo } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { FastifyReply } from 'fastify';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Caller, From, Needs, botOf, ownerOf } from '../identity/caller';
import { Describe } from '../openapi/describe';
import { pageSize, pathParameter, queryParameter } from '../openapi/parameters';
import { uuid } from '../openapi/schema-parts';
import { listOf, oneOf } from '../openapi/shape';
import { withIsoTimes } from '../rest/iso-time';
import { RecordId } from '../users/identity.dto';
import { DecisionBody, GoNoGoQuery, GoNoGoReportQuery, NewGoNoGo } from './go-no-go.dto';

const unpack = promisify(gunzip);
const PAPERS = {
  json: ['report.json', 'application/json; charset=utf-8'],
  html: ['report.html', 'text/html; charset=utf-8'],
  export: ['export.json', 'application/json; charset=utf-8'],
} as const satisfies Record<string, readonly [GoNoGoPaper, string]>;
/** A page made of data: it may show itself and do nothing. */
const STILL = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
const runId = pathParameter('id', uuid, '`id` of the judgement.');
const failures = { 404: ['GO_NO_GO_NOT_FOUND'] };

@ApiTags('Go / no-go')
@Controller('api/v1/go-no-go')
export class GoNoGoRoutes {
  constructor(private readonly bus: Bus) {}

  @Post()
  @HttpCode(202)
  @Describe({
    id: 'judge',
    summary: 'Judge a bot, or the installation',
    description:
      'Without `botId` the installation: only the gates of safety. It takes seconds; read it by its `id`.',
    body: { schema: 'NewGoNoGo', required: true, example: { botId: '7d0f3d0a-6f3c-4c52-9b07-0d7c3c5a7a11' } },
    answers: { 202: { description: 'It is judged.', schema: 'GoNoGo' } },
    failures: { 404: ['BOT_NOT_FOUND'] },
  })
  @Needs('trade', { limit: 'BOT_CONTROL' })
  async run(@From() caller: Caller, @Body() { botId }: NewGoNoGo): Promise<unknown> {
    const botConfigId = botOf(caller, botId);
    const wish = { id: randomUUID(), owner: ownerOf(caller), actor: caller.actor };
    return withIsoTimes(
      await this.bus.request(runGoNoGo, { ...wish, ...(botConfigId !== undefined && { botConfigId }) }),
    );
  }

  @Get()
  @Describe({
    id: 'listJudgements',
    summary: 'Judgements, newest first',
    description: 'My own; with the scope `clear` everybody’s.',
    parameters: [queryParameter('botId', uuid, 'Only of this bot.'), pageSize()],
    answers: { 200: { description: 'Judgements.', schema: listOf('GoNoGo') } },
  })
  @Needs('read')
  async list(@From() caller: Caller, @Query() { botId, limit }: GoNoGoQuery): Promise<unknown> {
    const botConfigId = botOf(caller, botId);
    const wish = { ...seenBy(caller), limit, ...(botConfigId !== undefined && { botConfigId }) };
    const { items } = await this.bus.request(listGoNoGo, wish);
    return { items: items.map(withIsoTimes), nextCursor: null };
  }

  @Get(':id')
  @Describe({
    id: 'judgement',
    summary: 'A judgement',
    parameters: [runId],
    answers: { 200: { description: 'Its verdict, or that it runs.', schema: 'GoNoGo' } },
    failures,
  })
  @Needs('read')
  async one(@From() caller: Caller, @Param() { id }: RecordId): Promise<unknown> {
    return withIsoTimes(await this.bus.request(getGoNoGo, { id, ...seenBy(caller) }));
  }

  @Get(':id/report')
  @Describe({
    id: 'judgementReport',
    summary: 'The report of a judgement',
    description:
      'As JSON (RFC 8785, the bytes that `reportHash` is over), as one page without outside links, or as the export that `npm run go-no-go -- --verify FILE` recomputes on any machine.',
    parameters: [
      runId,
      queryParameter(
        'format',
        { ...oneOf(['json', 'html', 'export']), default: 'json' },
        'Format of the answer.',
      ),
    ],
    answers: {
      200: {
        description: 'The report.',
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
    @Query() { format }: GoNoGoReportQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const [paper, type] = PAPERS[format];
    const chunks: Buffer[] = [];
    for (let part = 0, parts = 1; part < parts; part += 1) {
      const answer = await this.bus.request(readGoNoGo, { id, paper, part, ...seenBy(caller) });
      ({ parts } = answer);
      chunks.push(Buffer.from(answer.data, 'base64'));
    }
    if (format === 'html') reply.header('content-security-policy', STILL);
    void reply.type(type).send((await unpack(Buffer.concat(chunks))).toString('utf8'));
  }

  @Post(':id/decision')
  @HttpCode(200)
  @Describe({
    id: 'decideJudgement',
    summary: 'Decide on a judgement',
    description:
      'Two different people approve one of GO or GO_LIMITED; the clearance begins with the second. With `GO_TWO_PERSON=false` one is enough.',
    parameters: [runId],
    body: {
      schema: 'GoNoGoDecision',
      required: true,
      example: { decision: 'approve', reason: 'Two quiet weeks' },
    },
    answers: { 200: { description: 'Decided, or half decided: `clearanceId` says.', schema: 'GoNoGo' } },
    failures: { ...failures, 403: ['ANOTHER_PERSON_REQUIRED'], 409: ['GO_NO_GO_NOT_DECIDABLE'] },
  })
  @Needs('clear')
  async decide(
    @From() { actor, persons }: Caller,
    @Param() { id }: RecordId,
    @Body() body: DecisionBody,
  ): Promise<unknown> {
    return withIsoTimes(await this.bus.request(decideGoNoGo, { ...body, id, actor, persons }));
  }
}

/** Who may decide sees what there is to decide. */
const seenBy = (caller: Caller): { readonly owner?: string } =>
  caller.scopes.has('clear') ? {} : { owner: ownerOf(caller) };
