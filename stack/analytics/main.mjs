import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AnalyticsStandIn } from './stand-in.mjs';

// The process of an AnalyticsServer: main.mjs <folder> <port>.
const [folder, port] = process.argv.slice(2);
const standIn = new AnalyticsStandIn({ file: join(folder, 'accepted.ndjson') });
await standIn.listen(Number(port));
writeFileSync(join(folder, 'analytics.pid'), `${process.pid}\n`);
process.on('SIGTERM', () => process.exit(0));
