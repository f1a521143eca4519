import { Catch, Controller, Injectable, UseFilters, UseGuards } from '@nestjs/common';
import type { CanActivate, ExceptionFilter, ExecutionContext } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { EMPTY, of, type Observable } from 'rxjs';
import { skipped } from '../../src/record/index.js';
import { ConsumerGroup, type RecordContext } from '../../src/kafka/index.js';
import { headerOf, TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const group = uniqueName('filter-group');
const topics = {
  guarded: uniqueName('guarded'),
  throwing: uniqueName('throwing'),
  skipping: uniqueName('skipping'),
};

/** Answers every error of a record as if it had been handled. */
@Catch()
class SwallowingFilter implements ExceptionFilter {
  catch(): Observable<unknown> {
    return EMPTY;
  }
}

@Catch()
class SkippingFilter implements ExceptionFilter {
  catch(): Observable<unknown> {
    return of(skipped('not for us'));
  }
}

@Injectable()
class RefusingGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return context.switchToRpc().getContext<RecordContext>().record.key?.toString() !== 'refused';
  }
}

const handled: string[] = [];

@Controller()
@ConsumerGroup('filtered', { groupId: group })
class FilteredController {
  @UseGuards(RefusingGuard)
  @EventPattern([topics.guarded])
  guarded(value: { id: string }): void {
    handled.push(value.id);
  }

  @EventPattern([topics.throwing])
  throwing(value: { id: string }): void {
    if (value.id === 'bad') throw new TypeError('a defect');
    handled.push(value.id);
  }

  @UseFilters(SkippingFilter)
  @EventPattern([topics.skipping])
  skipping(): void {
    throw new Error('a filter will say that this is to be skipped');
  }
}

describe('a catch-all exception filter of the application', () => {
  let kafka: TestKafka;
  let service: TestService;

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    for (const topic of Object.values(topics)) {
      await kafka.createTopic(topic, 1);
      await kafka.createTopic(`${topic}.${group}.dlq`, 1);
    }
    service = await startTestService({
      consumers: [consumerOf('filtered', [FilteredController])],
      configure: (application) => application.useGlobalFilters(new SwallowingFilter()),
    });
    await kafka.publish(topics.guarded, [
      { key: 'allowed', value: '{"id":"1"}' },
      { key: 'refused', value: '{"id":"2"}' },
    ]);
    await kafka.publish(topics.throwing, [
      { key: 'k', value: '{"id":"bad"}' },
      { key: 'k', value: '{"id":"3"}' },
    ]);
    await kafka.publish(topics.skipping, [{ key: 'k', value: '{"id":"4"}' }]);
    for (const topic of Object.values(topics)) await kafka.allCommitted(group, topic);
  }, 60_000);

  afterAll(async () => {
    await service.stop();
    await kafka.close();
  });

  it('cannot keep a record that a guard refused from being dead-lettered', async () => {
    const [deadLetter, ...others] = await kafka.read(`${topics.guarded}.${group}.dlq`);
    expect(others).toEqual([]);
    expect(deadLetter!.key?.toString()).toBe('refused');
    expect(headerOf(deadLetter!, 'x-dlq-reason')).toBe('non-retryable');
    expect(headerOf(deadLetter!, 'x-dlq-attempts')).toBe('1');
  });

  it('cannot keep a record whose handler threw from being dead-lettered', async () => {
    const [deadLetter, ...others] = await kafka.read(`${topics.throwing}.${group}.dlq`);
    expect(others).toEqual([]);
    expect(headerOf(deadLetter!, 'x-dlq-error-class')).toBe('TypeError');
    expect(headerOf(deadLetter!, 'x-dlq-error-message')).toBe('a defect');
  });

  it('lets the good records through', () => {
    expect(handled.sort()).toEqual(['1', '3']);
  });

  it('may settle a failed record by answering that it is skipped', async () => {
    expect(await kafka.read(`${topics.skipping}.${group}.dlq`)).toEqual([]);
    expect((await service.consumer('filtered')).records.skipped).toBe(1);
  });
});
