import { Health, HealthReport } from '@elvis/platform';
import { Controller, Get, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { FastifyReply } from 'fastify';
import { Needs } from '../identity/caller';
import { Describe } from '../openapi/describe';

@ApiTags('Health')
@Controller('health')
export class HealthController {
  constructor(private readonly health: Health) {}

  @Get()
  @Describe({
    id: 'health',
    summary: 'Alive',
    answers: { 200: { description: 'The process runs.', schema: 'Alive' } },
  })
  @Needs('public', { limit: 'none' })
  alive(): { status: string } {
    return { status: 'ok' };
  }

  @Get('ready')
  @Describe({
    id: 'ready',
    summary: 'Ready',
    answers: {
      200: { description: 'Ready. A halted system is ready too.', schema: 'Readiness' },
      503: { description: 'A dependency is unavailable.', schema: 'Readiness' },
    },
  })
  @Needs('public', { limit: 'none' })
  ready(@Res({ passthrough: true }) reply: FastifyReply): HealthReport {
    const report = this.health.report();
    reply.code(report.ready ? 200 : 503);
    return report;
  }
}
