export {
  ANALYTICS_API,
  AnalyticsApi,
  type PostOptions,
  type Verdict,
} from './analytics-api.port.js';
export { HttpAnalyticsApi } from './http-analytics-api.js';
