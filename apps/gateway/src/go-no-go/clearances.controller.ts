import { listClearances, revokeClearance } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Body, Controller, Delete, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Caller, From, Needs } from '../identity/caller';
import { Describe } from '../openapi/describe';
import { pathParameter } from '../openapi/parameters';
import { uuid } from '../openapi/schema-parts';
import { listOf } from '../openapi/shape';
import { withIsoTimes } from '../rest/iso-time';
import { RecordId } from '../users/identity.dto';
import { RevocationBody } from './go-no-go.dto';

@ApiTags('Go / no-go')
@Controller('api/v1/clearances')
export class ClearanceRoutes {
  constructor(private readonly bus: Bus) {}

  @Get()
  @Describe({
    id: 'listClearances',
    summary: 'Clearances, newest first',
    description: 'Those that have ended too, at most 1,000.',
    answers: { 200: { description: 'Clearances.', schema: listOf('Clearance') } },
  })
  @Needs('read')
  async list(): Promise<unknown> {
    const { items } = await this.bus.request(listClearances, {});
    return { items: items.map(shown), nextCursor: null };
  }

  @Delete(':id')
  @Describe({
    id: 'revokeClearance',
    summary: 'Revoke a clearance',
    description: 'Its bot enters nothing from then on; nothing is closed by it.',
    parameters: [pathParameter('id', uuid, '`id` of the clearance.')],
    body: { schema: 'Revocation', required: true, example: { reason: 'The market has changed' } },
    answers: { 200: { description: 'Revoked.', schema: 'Clearance' } },
    failures: { 404: ['CLEARANCE_NOT_FOUND'] },
  })
  @Needs('halt')
  async revoke(
    @From() { actor }: Caller,
    @Param() { id }: RecordId,
    @Body() { reason }: RevocationBody,
  ): Promise<unknown> {
    return shown(await this.bus.request(revokeClearance, { id, reason, actor }));
  }
}

/** The names in `bound` are not ours to change. */
function shown({ bound, ...clearance }: { readonly bound: object }): unknown {
  return { ...(withIsoTimes(clearance) as object), bound };
}
