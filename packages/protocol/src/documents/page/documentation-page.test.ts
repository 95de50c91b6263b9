import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineOp, defineRoute } from '../../contract.ts';
import { closeCodes, faultCodes } from '../../faults.ts';
import { limitNames } from '../../limits.ts';
import { asyncApiDocument } from '../async-api.ts';
import { contract } from '../contract.ts';
import { openApiDocument } from '../open-api.ts';
import { asyncApi, openApi } from '../testing.ts';
import { documentationPage } from './documentation-page.ts';

const page = documentationPage(openApi, asyncApi);

const attributes = (html: string, name: string): string[] =>
  [...html.matchAll(new RegExp(`\\s${name}="([^"]*)"`, 'g'))].map(([, value]) => value ?? '');

describe('documentationPage', () => {
  it('loads nothing and reaches no other host', () => {
    expect(page).not.toMatch(/<(script|link|img|iframe|object|embed|form|base|meta http-equiv)\b/i);
    expect(page).not.toMatch(/\bstyle="|\son\w+="|@import|url\(/i);
    expect(attributes(page, 'src')).toEqual([]);
    const elsewhere = attributes(page, 'href').filter((target) => !target.startsWith('#'));
    expect(elsewhere).toEqual(['openapi.json', 'asyncapi.json']);
  });

  it('links only to what is in it, and names each place once', () => {
    const ids = attributes(page, 'id');
    expect(new Set(ids).size).toBe(ids.length);
    const targets = attributes(page, 'href').filter((target) => target.startsWith('#'));
    expect(targets.length).toBeGreaterThan(300);
    expect([...new Set(targets)].filter((target) => !ids.includes(target.slice(1)))).toEqual([]);
  });

  it('closes what it opens', () => {
    const open: string[] = [];
    for (const [, end, name = ''] of page.matchAll(/<(\/?)([a-z]\w*)[^>]*>/g)) {
      if (['meta', 'br'].includes(name)) continue;
      if (end === '') open.push(name);
      else expect(open.pop()).toBe(name);
    }
    expect(open).toEqual([]);
  });

  it('has everything of the contract', () => {
    const places = [
      ...contract.routes.map(({ name }) => `call-${name}`),
      ...contract.ops.map(({ name }) => `op-${name}`),
      ...contract.events.map(({ name }) => `event-${name}`),
      ...faultCodes.map((code) => `error-${code}`),
      ...limitNames.map((name) => `limit-${name}`),
      ...Object.values(closeCodes).map(({ code }) => `close-${code}`),
      ...Object.keys({ ...openApi.components.schemas, ...asyncApi.components.schemas }).map((name) => `thing-${name}`),
    ];
    const ids = new Set(attributes(page, 'id'));
    expect(places.filter((place) => !ids.has(place))).toEqual([]);
  });

  it('shows the fields of a call, with their types and bounds', () => {
    const [, call = ''] = /<article id="call-channels.create">(.*?)<\/article>/s.exec(page) ?? [];
    const text = call.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
    expect(text).toContain(
      'kind &quot;group&quot; name channelName 1 to 100 characters memberIds id [] at most 1,000 items',
    );
    expect(text).toContain('409 group_full');
  });

  it('shows a limit that the server set, beside the default', () => {
    const own = openApiDocument([], { version: '1', limits: { groupMembers: 12 } });
    expect(documentationPage(own, asyncApi)).toMatch(/12 items.*default 1,000 items/);
  });
});

describe('documentationPage of names and texts that look like HTML', () => {
  const evil = `</style><script>alert(1)</script>"'&\``;
  const shape = z.object({ [evil]: z.literal(evil).meta({ description: evil }) });
  const route = defineRoute({
    name: evil,
    method: 'POST',
    path: `/${evil}`,
    summary: evil,
    auth: 'none',
    body: shape,
    answers: { 200: shape.meta({ id: 'evil<b>', description: evil }) },
    faults: [],
  });
  const op = defineOp({ name: evil, summary: evil, data: shape, reply: shape, faults: [] });
  const info = { version: evil, title: evil };
  const html = documentationPage(openApiDocument([route], info), asyncApiDocument([op], [], info));

  it('escapes them everywhere', () => {
    expect(html).not.toContain('<script');
    expect(html).not.toContain('<b>"');
    expect(html.match(/<\/style>/g)).toHaveLength(1);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;');
    for (const target of attributes(html, 'href')) expect(target).not.toMatch(/[<>]/);
  });
});
