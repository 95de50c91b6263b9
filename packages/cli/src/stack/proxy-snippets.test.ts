import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { nginxMissing, testNginxes } from '../testing/nginx.ts';
import { proxyKinds, proxySnippet } from './proxy-snippets.ts';

const options = { domain: 'chat.example.org', target: '127.0.0.1:8080', heartbeatMs: 30_000 };

describe('the lines for a proxy in front', () => {
  it.each(proxyKinds)('name the address of messox, for %s', (kind) => {
    const text = proxySnippet(kind, options);
    const isTyped = kind === 'nginx-proxy-manager';
    for (const part of isTyped ? options.target.split(':') : [options.target]) expect(text).toContain(part);
  });

  it('are taken by nginx', async ({ skip }) => {
    const missing = nginxMissing();
    skip(missing !== undefined, missing);
    const folder = mkdtempSync(join(tmpdir(), 'messox-proxy-'));
    const main = join(folder, 'nginx.conf');
    const server = `server { listen 127.0.0.1:8099; ${proxySnippet('nginx', options)} }`;
    writeFileSync(
      main,
      `pid ${folder}/pid;\nevents {}\nhttp {\n${server}\n}\n`.replace('server { listen', 'server {\nlisten'),
    );
    for (const { program } of testNginxes()) {
      const { exitCode, stderr } = await execa(program, ['-t', '-e', join(folder, 'error.log'), '-c', main], {
        reject: false,
      });
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    }
    rmSync(folder, { recursive: true });
  });

  it('are a file of Traefik', () => {
    const { http } = parse(proxySnippet('traefik', options)) as { http: Record<string, object> };
    expect(http).toMatchObject({
      routers: { messox: { rule: 'Host(`chat.example.org`)', service: 'messox' } },
      services: { messox: { loadBalancer: { servers: [{ url: 'http://127.0.0.1:8080' }] } } },
    });
  });
});
