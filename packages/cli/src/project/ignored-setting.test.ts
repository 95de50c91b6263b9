import { describe, expect, it } from 'vitest';
import { whyIgnored } from './ignored-setting.ts';
import { settingsSchema } from './schema.ts';

const https = { domain: 'chat.example.org', tls: { mode: 'acme', email: 'ana@example.org' } };

describe('a setting that has no effect', () => {
  it.each([
    ['server.port', { mode: 'compose', deploy: https }, 'deploy.ports.http'],
    ['server.host', { mode: 'compose', deploy: https }, 'deploy.bind'],
    ['server.trustedProxies', { mode: 'compose', deploy: https }, 'deploy.tls.mode proxy'],
    ['server.allowedOrigins', { mode: 'compose', deploy: https }, undefined],
    ['server.publicUrl', { mode: 'compose', deploy: https }, undefined],
    ['deploy.ports.https', { mode: 'compose', deploy: https }, undefined],
    ['deploy.ports.https', { mode: 'compose', deploy: { tls: { mode: 'off' } } }, 'deploy.ports.http alone'],
    ['deploy.tls.email', { mode: 'compose', deploy: { tls: { mode: 'off' } } }, 'deploy.tls.mode acme'],
    ['deploy.tls.key', { mode: 'compose', deploy: https }, 'deploy.tls.mode files'],
    ['deploy.images.postgres', { mode: 'compose', deploy: https }, undefined],
    ['deploy.images.postgres', { mode: 'external', deploy: https }, 'no database'],
    ['deploy.bind', { mode: 'external' }, 'deploy.domain'],
    ['server.port', { mode: 'external' }, undefined],
    ['server.port', { mode: 'external', deploy: https }, 'deploy.ports.http'],
    ['server.port', { mode: 'embedded' }, undefined],
    ['deploy.ports.http', { mode: 'embedded' }, 'mode compose'],
    ['limits.frameBytes', { mode: 'embedded' }, undefined],
  ])('%s with %j: %s', (key, settings, why) => {
    const told = whyIgnored(key, settingsSchema.parse(settings));
    if (why === undefined) expect(told).toBeUndefined();
    else expect(told).toContain(why);
  });
});
