import { Module } from '@nestjs/common';
import { HttpDependencies } from './http-dependencies.js';

/** The process's one `HttpDependencies`. */
@Module({ providers: [HttpDependencies], exports: [HttpDependencies] })
export class HttpDependenciesModule {}
