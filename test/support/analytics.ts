export { AnalyticsStandIn, type Fault } from '../../stack/analytics/index.mjs';
