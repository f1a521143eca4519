import {
  Controller,
  createParamDecorator,
  Inject,
  Module,
  Scope,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  type INestApplication,
  type Type,
} from '@nestjs/common';
import { APP_GUARD, ApplicationConfig, ModulesContainer, NestFactory, REQUEST } from '@nestjs/core';
import { Ctx, EventPattern, Payload, Server, type MessageHandler } from '@nestjs/microservices';
import { IsString } from 'class-validator';
import { isObservable, lastValueFrom, of, throwError } from 'rxjs';
import { ContractViolationError } from '../../record/index.js';
import { HandlerCalls } from './handler-calls.js';
import { handlerMethodsOf, type ControllerClass } from './handler-metadata.js';
import type { FoundHandler, HandlerCallback } from './handler-registry.js';
import { noteError } from './note-error.hook.js';
import { RecordValidationPipe } from './record-validation.pipe.js';
import { RethrowFilter } from './rethrow.filter.js';

class Order {
  @IsString()
  id: string;
}

const guard = { canActivate: () => true };
const interceptor = { intercept: (_: unknown, next: { handle: () => never }) => next.handle() };
const pipe = { transform: (value: unknown) => value };
const filter = { catch: () => of('handled') };
const Custom = createParamDecorator(() => 'custom');

/** Stands for the transport: keeps what Nest binds. */
class CapturingServer extends Server {
  readonly bound = new Map<string, HandlerCallback>();
  override addHandler(pattern: unknown, callback: MessageHandler): void {
    this.bound.set(String(pattern), callback as never);
  }
  listen(callback: () => void): void {
    callback();
  }
  close(): void {
    this.bound.clear();
  }
  on(): void {
    throw new Error('no events');
  }
  unwrap<T>(): T {
    throw new Error('nothing inside');
  }
}

const fakeNest: HandlerCallback = () => 'through Nest';
const opened: INestApplication[] = [];

async function applicationOf(
  controllers: readonly Type[],
  providers: readonly object[] = [],
): Promise<INestApplication> {
  class SpecModule {}
  Module({ controllers: [...controllers], providers: providers as never[] })(SpecModule);
  const application = await NestFactory.create(SpecModule, { logger: false });
  application.useGlobalFilters(new RethrowFilter());
  opened.push(application);
  return application;
}

function callsIn(application: INestApplication): HandlerCalls {
  return new HandlerCalls(application.get(ModulesContainer), application.get(ApplicationConfig));
}

function foundIn(controller: Type): FoundHandler {
  const [method] = handlerMethodsOf(controller as ControllerClass);
  return { ...method!, consumer: 'spec' };
}

function isDirect(application: INestApplication, controller: Type): boolean {
  return callsIn(application).callbackFor(foundIn(controller), fakeNest) !== fakeNest;
}

@Controller()
class PlainController {
  @EventPattern('t')
  handle(@Payload() value: object, @Ctx() context: unknown): unknown {
    return [value, context];
  }
}

@Controller()
class ContractController {
  @EventPattern('t')
  @UsePipes(new RecordValidationPipe())
  handle(@Payload() order: Order): unknown {
    return order;
  }
}

@Controller()
@UseGuards(guard)
class GuardedController extends PlainController {}

@Controller()
@UsePipes(pipe)
class PipedController extends PlainController {}

@Controller()
class InterceptedController {
  @UseInterceptors(interceptor)
  @EventPattern('t')
  handle(_: unknown): void {
    return undefined;
  }
}

@Controller()
class FilteredController {
  @UseFilters(filter as never)
  @EventPattern('t')
  handle(_: unknown): void {
    return undefined;
  }
}

@Controller()
class ParameterPipeController {
  @EventPattern('t')
  handle(@Payload(pipe) value: object): unknown {
    return value;
  }
}

@Controller()
class CustomParameterController {
  @EventPattern('t')
  handle(@Custom() value: object): unknown {
    return value;
  }
}

@Controller()
class TwoPayloadsController {
  @EventPattern('t')
  handle(@Payload('a') a: unknown, @Payload('b') b: unknown): unknown {
    return [a, b];
  }
}

@Controller({ scope: Scope.REQUEST })
class RequestScopedController extends PlainController {}

@Controller()
class RequestDependentController extends PlainController {
  constructor(@Inject(REQUEST) readonly request: unknown) {
    super();
  }
}

@Controller()
class ReplacingController extends PlainController {
  constructor() {
    super();
    Object.assign(this, { handle: () => 'put in its place' });
  }
}

afterAll(async () => {
  for (const application of opened) await application.close();
});

describe('HandlerCalls', () => {
  it.each<Type>([PlainController, ContractController])(
    'calls a method with nothing around it but our validation directly: %p',
    async (controller) => {
      expect(isDirect(await applicationOf([controller]), controller)).toBe(true);
    },
  );

  it.each<Type>([
    GuardedController,
    PipedController,
    InterceptedController,
    FilteredController,
    ParameterPipeController,
    CustomParameterController,
    TwoPayloadsController,
    RequestScopedController,
    RequestDependentController,
    ReplacingController,
  ])(
    'leaves it to Nest where something is bound, scoped or out of the ordinary: %p',
    async (controller) => {
      expect(isDirect(await applicationOf([controller]), controller)).toBe(false);
    },
  );

  it.each<[string, (application: INestApplication) => unknown]>([
    ['guard', (application) => application.useGlobalGuards(guard)],
    ['interceptor', (application) => application.useGlobalInterceptors(interceptor as never)],
    ['pipe', (application) => application.useGlobalPipes(pipe)],
    ['filter', (application) => application.useGlobalFilters(filter as never)],
    [
      'pre-request hook',
      (application) => application.get(ApplicationConfig).registerPreRequestHook(noteError),
    ],
  ])('leaves it to Nest where the application has a global %s', async (_, configure) => {
    const application = await applicationOf([PlainController]);
    configure(application);
    expect(isDirect(application, PlainController)).toBe(false);
  });

  it('leaves it to Nest where a module provides a global guard, request-scoped too', async () => {
    for (const scope of [Scope.DEFAULT, Scope.REQUEST]) {
      const provider = { provide: APP_GUARD, useFactory: () => guard, scope };
      const application = await applicationOf([PlainController], [provider]);
      expect(isDirect(application, PlainController)).toBe(false);
    }
  });

  it('leaves a method that two controllers inherit to Nest', async () => {
    @Controller()
    class OneController extends PlainController {}
    @Controller()
    class OtherController extends PlainController {}
    const application = await applicationOf([OneController, OtherController]);
    expect(isDirect(application, OneController)).toBe(false);
  });
});

const failure = new TypeError('a defect');

@Controller()
class BehavingController {
  readonly mine = 'mine';

  @EventPattern('undecorated')
  undecorated(...values: unknown[]): unknown {
    return [this.mine, values];
  }

  @EventPattern('decorated')
  decorated(@Ctx() context: unknown, @Payload() value: unknown): unknown {
    return [this.mine, context, value];
  }

  @EventPattern('named')
  named(@Payload('id') id: unknown): unknown {
    return [id];
  }

  @EventPattern('context')
  contextAlone(_: unknown, @Ctx() context: unknown): unknown {
    return [_, context];
  }

  @EventPattern('promised')
  async promised(@Payload() value: unknown): Promise<unknown> {
    return Promise.resolve(value);
  }

  @EventPattern('streamed')
  streamed(_: unknown): unknown {
    return of(1, 2, 3);
  }

  @EventPattern('thrown')
  thrown(_: unknown): void {
    throw failure;
  }

  @EventPattern('rejected')
  async rejected(_: unknown): Promise<void> {
    return Promise.reject(failure);
  }

  @EventPattern('failing stream')
  failingStream(_: unknown): unknown {
    return throwError(() => failure);
  }

  @EventPattern('contract')
  @UsePipes(new RecordValidationPipe())
  contract(@Payload() order: Order, @Ctx() context: unknown): unknown {
    return [order instanceof Order, order, context];
  }

  @EventPattern('named contract')
  @UsePipes(new RecordValidationPipe())
  namedContract(@Payload('order') order: Order): unknown {
    return [order instanceof Order, order];
  }
}

describe('a handler, called directly or through Nest', () => {
  const paths = new Map<string, { direct: HandlerCallback; nest: HandlerCallback }>();

  beforeAll(async () => {
    const application = await applicationOf([BehavingController]);
    const server = new CapturingServer();
    application.connectMicroservice({ strategy: server }, { inheritAppConfig: true });
    await application.init();
    await application.startAllMicroservices();
    const calls = callsIn(application);
    for (const method of handlerMethodsOf(BehavingController)) {
      const pattern = method.patterns[0] as string;
      const nest = server.bound.get(pattern)!;
      const direct = calls.callbackFor({ ...method, consumer: 'spec' }, nest);
      expect(direct).not.toBe(nest);
      paths.set(pattern, { direct, nest });
    }
  });

  it.each<[string, unknown]>([
    ['undecorated', { id: '1' }],
    ['decorated', { id: '1' }],
    ['named', { id: '1' }],
    ['named', null],
    ['context', 'text'],
    ['promised', 7],
    ['streamed', {}],
    ['thrown', {}],
    ['rejected', {}],
    ['failing stream', {}],
    ['contract', { id: '1', unknown: 'left out' }],
    ['contract', { id: 1 }],
    ['contract', 'text'],
    ['contract', null],
    ['named contract', { order: { id: 1 } }],
  ])('ends alike: %s of %j', async (pattern, value) => {
    const { direct, nest } = paths.get(pattern)!;
    expect(await endOf(direct, value)).toEqual(await endOf(nest, value));
  });

  it('lets the very error of the handler out, and the contract its own', async () => {
    for (const pattern of ['thrown', 'rejected', 'failing stream']) {
      const { direct } = paths.get(pattern)!;
      expect(await endOf(direct, {})).toEqual({ error: failure });
    }
    const { error } = (await endOf(paths.get('contract')!.direct, { id: 1 })) as { error: unknown };
    expect(error).toBeInstanceOf(ContractViolationError);
  });
});

/** As the record processor takes it. */
async function endOf(callback: HandlerCallback, value: unknown): Promise<unknown> {
  try {
    const returned = await callback(value, 'the context');
    return { returned: isObservable(returned) ? await lastValueFrom(returned) : returned };
  } catch (error) {
    return { error };
  }
}
