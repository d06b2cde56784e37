import { listStrategies } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Needs } from '../identity/caller';
import { Describe } from '../openapi/describe';
import { pathParameter } from '../openapi/parameters';
import { listOf } from '../openapi/shape';
import { StrategyName } from './bots.dto';

@ApiTags('Bots')
@Controller('api/v1/strategies')
export class StrategiesRestController {
  constructor(private readonly bus: Bus) {}

  @Get()
  @Describe({
    id: 'listStrategies',
    summary: 'Strategies that a bot can run',
    answers: {
      200: { description: 'Each with its parameters, as a form needs them.', schema: listOf('Strategy') },
    },
  })
  @Needs('read')
  async list(): Promise<unknown> {
    return { ...(await this.bus.request(listStrategies, {})), nextCursor: null };
  }

  @Get(':name')
  @Describe({
    id: 'strategy',
    summary: 'One strategy',
    parameters: [pathParameter('name', { type: 'string' }, 'As in the list.')],
    answers: { 200: { description: 'With its parameters.', schema: 'Strategy' } },
    failures: { 404: ['STRATEGY_NOT_FOUND'] },
  })
  @Needs('read')
  async one(@Param() { name }: StrategyName): Promise<unknown> {
    const { items } = await this.bus.request(listStrategies, { name });
    return items[0];
  }
}
