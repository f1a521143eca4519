export {
  HttpClient,
  type HttpClientOptions,
  type HttpPost,
  type HttpResult,
} from './http-client.js';
export { HttpDependencies, type HttpPing } from './http-dependencies.js';
export { HttpDependenciesModule } from './http.module.js';
