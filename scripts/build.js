import { build } from './setup/build.js';
import { main } from './setup/stop.js';

await main(() => build());
