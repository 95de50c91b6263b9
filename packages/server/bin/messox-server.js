#!/usr/bin/env node
import { main } from '../dist/external/main.js';

await main();
