import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkOffice, embedSites, licenceOf } from './rules.ts';

const sites: [text: string, good: boolean][] = [
  ['https://www.example.gov.cn', true],
  ['http://10.0.0.5:8080', true],
  ['https://*.example.gov.cn', true],
  ['https://a.example\nhttps://b.example', true],
  ['https://a.example，https://b.example', true],
  ['https://www.example.gov.cn/column', false],
  ['www.example.gov.cn', false],
  ['*', false],
  ['https://*', false],
  ["https://a.example; script-src 'unsafe-inline'", false],
  ["'unsafe-inline'", false],
  ['data:', false],
  ['https://a.example https://', false],
];

test('a site that may frame this one is an origin and nothing that could widen the policy', () => {
  for (const [text, good] of sites) {
    assert.equal(checkOffice({ embed_sites: text }) === undefined, good, text);
  }
});

test('the sites are read as they are written, by line, space or comma', () => {
  assert.deepEqual(embedSites({ embed_sites: ' https://a.example,\n https://b.example ' }), [
    'https://a.example',
    'https://b.example',
  ]);
  assert.deepEqual(embedSites({}), []);
});

test('an address of the office is a whole one of the web', () => {
  for (const address of ['https://a.example/?code=1', 'http://a.example']) {
    assert.equal(checkOffice({ mistake_url: address }), undefined, address);
  }
  for (const address of ['javascript:alert(1)', 'a.example', '//a.example', 'data:text/html,x']) {
    assert.ok(checkOffice({ emblem_url: address })?.fields.emblem_url, address);
  }
});

test('open data has a licence in any case; one of the office’s own takes the place of the usual one', () => {
  assert.match(licenceOf({}).name.en, /CC BY 4\.0/);
  assert.deepEqual(licenceOf({ licence: '本区公共数据开放许可' }), {
    name: { zh: '本区公共数据开放许可', en: '本区公共数据开放许可' },
    url: undefined,
  });
});
