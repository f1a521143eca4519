import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/index.js';
import { MeteringWindow, totalsOf, type Usage } from './domain/index.js';
import { METERING_WINDOW } from './metering-metrics.config.js';
import { MeteringTotals } from './persistence/index.js';

/** Adds usage to the totals of the windows in which it occurred, however late it arrives. Resolves once it is stored. */
@Injectable()
export class CountUsage {
  private readonly window: MeteringWindow;

  constructor(
    settings: Settings,
    private readonly totals: MeteringTotals,
  ) {
    const { own } = settings.consumers.get('metering-metrics')!;
    this.window = new MeteringWindow(own[METERING_WINDOW.key] as number);
  }

  execute(usages: readonly Usage[]): Promise<void> {
    return this.totals.add(totalsOf(usages, this.window), this.window);
  }
}
