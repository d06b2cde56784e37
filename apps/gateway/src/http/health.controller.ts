import { Health, HealthReport } from '@elvis/platform';
import { Controller, Get, Res } from '@nestjs/common';
import { FastifyReply } from 'fastify';
import { Needs } from '../identity/caller';

@Controller('health')
export class HealthController {
  constructor(private readonly health: Health) {}

  @Get()
  @Needs('public', { limit: 'none' })
  alive(): { status: string } {
    return { status: 'ok' };
  }

  @Get('ready')
  @Needs('public', { limit: 'none' })
  ready(@Res({ passthrough: true }) reply: FastifyReply): HealthReport {
    const report = this.health.report();
    reply.code(report.ready ? 200 : 503);
    return report;
  }
}
