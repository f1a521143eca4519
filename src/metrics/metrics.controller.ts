import { Controller, Get, Header } from '@nestjs/common';
import { prometheusContentType } from 'prom-client';
import { MetricsService } from './metrics.service.js';

@Controller()
export class MetricsController {
  constructor(private readonly metrics: MetricsService) {}

  /** Answers from memory: a scrape asks no broker and no store. */
  @Get('metrics')
  @Header('Cache-Control', 'no-store')
  @Header('Content-Type', prometheusContentType)
  scrape(): Promise<string> {
    return this.metrics.text();
  }
}
