import 'reflect-metadata';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Module, type Type } from '@nestjs/common';
import {
  defineConsumer,
  isCommand,
  isConsumerDeclaration,
  type Command,
  type ConsumerDeclaration,
} from './config/index.js';
import type { ControllerClass } from './kafka/index.js';

/** A consumer as its folder gives it. */
export interface DiscoveredConsumer {
  readonly declaration: ConsumerDeclaration;
  readonly module: Type;
  readonly controllers: readonly ControllerClass[];
  /** What it brings to the operator's command line. */
  readonly commands: readonly Command[];
}

type Exports = readonly unknown[];

/** Source files under a test runner, compiled ones in production: consumers have the extension of this file. */
const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

/**
 * Finds every consumer in the given folders: one folder each, named like the consumer, with a `*.module`, or with only a
 * `*.controller`, around which a module is made. A `*.config` declares its keys, a `*.command` is an operator's. No other
 * file names a consumer.
 */
export async function discoverConsumers(
  folders: readonly (string | URL)[],
): Promise<DiscoveredConsumer[]> {
  const found: DiscoveredConsumer[] = [];
  for (const folder of folders.map((place) =>
    place instanceof URL ? fileURLToPath(place) : place,
  )) {
    const entries = await readdir(folder, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    for (const name of names.sort()) {
      const consumer = await readConsumer(join(folder, name), name);
      if (consumer !== undefined) found.push(consumer);
    }
  }
  return found;
}

async function readConsumer(folder: string, name: string): Promise<DiscoveredConsumer | undefined> {
  const files = await readdir(folder);
  const exportsOf = (role: string): Promise<Exports> => importAll(folder, files, role);
  const controllers = (await exportsOf('controller')).filter(isController);
  const module = (await exportsOf('module')).find(isModule);
  if (module === undefined && controllers.length === 0) return undefined;
  const declaration = (await exportsOf('config')).find(isConsumerDeclaration);
  return {
    declaration: declaration ?? defineConsumer({ name }),
    module: module ?? moduleAround(name, controllers as Type[]),
    controllers,
    commands: (await exportsOf('command')).filter(isCommand),
  };
}

async function importAll(folder: string, files: readonly string[], role: string): Promise<Exports> {
  const fitting = files.filter((file) => file.endsWith(`.${role}${EXTENSION}`));
  const modules = await Promise.all(
    fitting.map((file) => import(pathToFileURL(join(folder, file)).href) as Promise<object>),
  );
  return modules.flatMap((exported) => Object.values(exported) as unknown[]);
}

function isController(exported: unknown): exported is ControllerClass {
  return typeof exported === 'function' && Reflect.hasMetadata('__controller__', exported);
}

function isModule(exported: unknown): exported is Type {
  return (
    typeof exported === 'function' &&
    ['imports', 'providers', 'controllers'].some((key) => Reflect.hasMetadata(key, exported))
  );
}

function moduleAround(name: string, controllers: Type[]): Type {
  class ConsumerModule {}
  Module({ controllers })(ConsumerModule);
  Object.defineProperty(ConsumerModule, 'name', { value: `ConsumerModule(${name})` });
  return ConsumerModule;
}
