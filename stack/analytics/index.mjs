export { AnalyticsServer } from './server.mjs';
export { AnalyticsStandIn } from './stand-in.mjs';
