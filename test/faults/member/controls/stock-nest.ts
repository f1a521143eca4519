import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Ctx,
  EventPattern,
  KafkaContext,
  Payload,
  Transport,
  type MicroserviceOptions,
} from '@nestjs/microservices';
import { perform, type Work } from '../consumers/effects/work.js';
import { CONTROL, PROBES_ANSWER } from './probes.js';

/** The same work behind the Kafka transport that Nest brings. It is told its attempt, which that does not count. */
@Controller()
class EffectsController {
  private readonly attempts = new Map<string, number>();

  @EventPattern([CONTROL.topic])
  handle(@Payload() work: Work, @Ctx() context: KafkaContext): Promise<void> {
    const [topic, partition] = [context.getTopic(), context.getPartition()];
    const offset = Number(context.getMessage().offset);
    const attempt = (this.attempts.get(`${partition} ${offset}`) ?? 0) + 1;
    this.attempts.set(`${partition} ${offset}`, attempt);
    return perform(work, { attempt, record: { topic, partition, offset } });
  }
}

@Controller()
class ProbesController {
  @Get(['livez', 'readyz', 'health'])
  answer(): typeof PROBES_ANSWER {
    return PROBES_ANSWER;
  }
}

@Module({ controllers: [EffectsController, ProbesController] })
class ControlModule {}

const { brokers, groupId, port, sessionTimeout, heartbeatInterval } = CONTROL;
const app = await NestFactory.create(ControlModule, { logger: ['error'] });
app.connectMicroservice<MicroserviceOptions>({
  transport: Transport.KAFKA,
  options: {
    postfixId: '',
    client: { brokers },
    consumer: { groupId, sessionTimeout, heartbeatInterval },
    subscribe: { fromBeginning: true },
  },
});
process.once('SIGTERM', () => void app.close().finally(() => process.exit(0)));
await app.startAllMicroservices();
await app.listen(port);
