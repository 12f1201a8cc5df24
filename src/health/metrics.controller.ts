import { Controller, Get, Header, Req } from '@nestjs/common';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Public } from '../auth/access.decorators.js';
import { isInNetworks } from '../common/network.js';
import { Config } from '../config/config.js';
import { SkipRateLimit } from '../limits/skip-rate-limit.decorator.js';
import { Metrics } from '../metrics/metrics.js';
import { NotFound } from '../problems/common.problems.js';

@SkipRateLimit()
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly config: Config,
  ) {}

  /** Metrics in the Prometheus text format, for the networks of `METRICS_ALLOW` */
  @Get()
  @Public()
  @ApiExcludeEndpoint()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  read(@Req() request: FastifyRequest): Promise<string> {
    const ip = request.client?.ip ?? null;
    if (ip === null || !isInNetworks(this.config.metricsAllow, ip))
      throw new NotFound('There is nothing at this address.');
    return this.metrics.registry.metrics();
  }
}
