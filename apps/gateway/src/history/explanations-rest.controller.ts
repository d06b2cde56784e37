import { Explanation, GetExplanation, getExplanation } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Controller, Get, Param } from '@nestjs/common';
import { OmitType } from '@nestjs/mapped-types';
import { ApiTags } from '@nestjs/swagger';
import { Caller, From, Needs, ownerOf } from '../identity/caller';
import { Describe } from '../openapi/describe';
import { pathParameter } from '../openapi/parameters';
import { isoTime, withIsoTimes } from '../rest/iso-time';

class ExplanationId extends OmitType(GetExplanation, ['owner']) {}

/** Why an order came to be, and what became of it. */
@ApiTags('History')
@Controller('api/v1/explanations')
export class ExplanationsRestController {
  constructor(private readonly bus: Bus) {}

  @Get(':id')
  @Describe({
    id: 'explanation',
    summary: 'Why: the whole chain of an order, by any id in it',
    description:
      'Step or request, intent, decision with each check, approval, journal, answers of the exchange, fills; each with its number and hash in the audit log. A bot’s step is told to its owner alone.',
    parameters: [
      pathParameter(
        'id',
        { type: 'string', maxLength: 120 },
        'Of an order (ours or the exchange’s), a decision, a fill or a trace; a number of the audit log; or `<bot>:<run>:<step>`.',
      ),
    ],
    answers: { 200: { description: 'The same chain, whichever id it was asked by.', schema: 'Explanation' } },
    failures: { 404: ['EXPLANATION_NOT_FOUND'] },
  })
  @Needs('read')
  async get(@From() caller: Caller, @Param() { id }: ExplanationId): Promise<object> {
    return toBody(await this.bus.request(getExplanation, { id, owner: ownerOf(caller) }));
  }
}

const toBody = ({ chains, ...rest }: Explanation): object => ({
  ...rest,
  chains: chains.map(({ order, stages, ...chain }) => ({
    ...chain,
    order: withIsoTimes(order),
    stages: stages.map(({ atMs, since, ...stage }) => ({ ...stage, at: isoTime(atMs), sinceMs: since })),
  })),
});
