import { Module } from '@nestjs/common';
import { DeadLetterBrowser } from './dead-letter-browser.js';
import { DeadLetterJobs } from './redrive/index.js';

@Module({
  providers: [DeadLetterBrowser, DeadLetterJobs],
  exports: [DeadLetterBrowser, DeadLetterJobs],
})
export class DeadLettersModule {}
