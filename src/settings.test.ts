import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from './settings.ts';

test('without settings everything has a default that works on this machine alone', () => {
  const settings = readSettings({});
  assert.equal(settings.host, '127.0.0.1');
  assert.equal(settings.address, 'http://127.0.0.1:8080');
  assert.equal(settings.metrics_port, undefined);
  assert.deepEqual([settings.apps, settings.proxies, settings.production], [[], [], false]);
});

for (const [environment, wanted] of [
  [{ HOST: '::1', PORT: '9000' }, 'http://[::1]:9000'],
  [{ SHISHI_ADDRESS: 'https://shishi.example.gov.cn' }, 'https://shishi.example.gov.cn'],
] as const) {
  test(`the address of ${JSON.stringify(environment)} is ${wanted}`, () => {
    assert.equal(readSettings({ ...environment }).address, wanted);
  });
}

test('a city’s sign-on is set up by all of its settings', () => {
  const oidc = {
    OIDC_DISCOVERY_URL: 'https://id.example.gov.cn/.well-known/openid-configuration',
    OIDC_CLIENT_ID: 'shishi',
    OIDC_CLIENT_SECRET: 'kept elsewhere',
  };
  const wecom = {
    WECOM_URL: 'https://wx.example.gov.cn',
    WECOM_CORPORATION: 'ww',
    WECOM_AGENT: '1',
    WECOM_SECRET: 'kept elsewhere',
  };
  assert.deepEqual(
    readSettings({ ...oidc, ...wecom }).apps.map((app) => app.id),
    ['oidc', 'wecom'],
  );
});

for (const [what, environment, named] of [
  ['a port that is none', { PORT: '80a' }, 'PORT'],
  ['a database that is none', { DATABASE_URL: 'mysql://there' }, 'DATABASE_URL'],
  ['a district that is none', { SHISHI_DISTRICT: '4404' }, 'SHISHI_DISTRICT'],
  ['an address that is none', { SHISHI_ADDRESS: 'shishi' }, 'SHISHI_ADDRESS'],
  ['a proxy that is no address', { SHISHI_PROXIES: '10.0.0.1, gateway' }, 'SHISHI_PROXIES'],
  ['a session without end', { SHISHI_IDLE_MINUTES: '0' }, 'SHISHI_IDLE_MINUTES'],
  ['half of a sign-on', { OIDC_CLIENT_ID: 'shishi' }, 'OIDC_DISCOVERY_URL'],
] as const) {
  test(`${what} is refused by name`, () => {
    assert.throws(
      () => readSettings({ ...environment }),
      (problem: { code: string; text: { zh: string; en: string } }) =>
        problem.code === 'settings/invalid' &&
        problem.text.zh.includes(named) &&
        problem.text.en.includes(named),
    );
  });
}
