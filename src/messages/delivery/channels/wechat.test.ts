import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startGateway } from '../../../../test/support/gateway.ts';
import type { Handing } from '../channel.ts';
import { wechatGateway } from './wechat.ts';
import { wecomGateway } from './wecom.ts';

const handing: Handing = {
  stable_id: '0b9f3c1e-6f0a-4c7e-9a52-0d6f2d0b9f11',
  address: 'o6_bmjrPTlm6_2sgVt7hMZOPfL2M',
  template: 'request_dispatched',
  shown: { number: 'SQ2021-0001', unit: '珠海市金湾区人民政府三灶镇社会事务办公室（民政）' },
  title: '需求已派单',
  text: '您的需求 SQ2021-0001 已转给红旗镇办理。',
  url: 'https://shishi.example/requests/SQ2021-0001',
};

test('a 公众号 gets its own template with its fields, a token asked for once, and the id by which it knows a repetition', async () => {
  const answers = [{ errcode: 42001 }, { errcode: 0 }, { errcode: 43004 }, { errcode: -1 }];
  const gateway = await startGateway(({ path }, response) => {
    const token = { access_token: 'token', expires_in: 7200 };
    response.end(JSON.stringify(path.startsWith('/cgi-bin/stable_token') ? token : answers.shift()));
  });
  const fields = { character_string1: 'number', thing2: 'unit' };
  const templates = {
    request_dispatched: { template_id: 'ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY', fields },
  };
  const wechat = wechatGateway({ base_url: gateway.url, app_id: 'wx1', secret: 'secret', templates });
  assert.deepEqual(await wechat.hand(handing), { took: 'later', fault: 'errcode_42001' });
  assert.deepEqual(await wechat.hand(handing), { took: 'taken' });
  assert.deepEqual(await wechat.hand(handing), { took: 'refused', fault: 'errcode_43004' });
  assert.deepEqual(await wechat.hand(handing), { took: 'later', fault: 'errcode_-1' });
  const not_allowed = await wechat.hand({ ...handing, template: 'request_closed' });
  assert.deepEqual(not_allowed, { took: 'refused', fault: 'template_not_allowed' });
  const paths = gateway.received.map(({ path }) => path.split('?')[0]!.split('/').at(-1));
  assert.deepEqual(paths, ['stable_token', 'send', 'stable_token', 'send', 'send', 'send']);
  const sent = JSON.parse(gateway.received[1]!.body);
  assert.equal(sent.touser, handing.address);
  assert.equal(sent.client_msg_id, '0b9f3c1e6f0a4c7e9a520d6f2d0b9f11');
  assert.deepEqual(sent.data.character_string1, { value: 'SQ2021-0001' });
  assert.equal([...sent.data.thing2.value].length, 20);
  await gateway.close();
});

test('政务微信 gets a card for the login of staff and looks for repetitions; who is unknown there is refused', async () => {
  const answers = [{ errcode: 0 }, { errcode: 0, invaliduser: 'jyj.officer' }, { errcode: 45009 }];
  const gateway = await startGateway(({ path }, response) => {
    const token = { errcode: 0, access_token: 'token', expires_in: 7200 };
    response.end(JSON.stringify(path.startsWith('/cgi-bin/gettoken') ? token : answers.shift()));
  });
  const wecom = wecomGateway({
    base_url: gateway.url,
    corporation_id: 'ww1',
    agent_id: '1000002',
    secret: 's',
  });
  const card = { ...handing, address: 'jyj.officer' };
  assert.deepEqual(await wecom.hand(card), { took: 'taken' });
  assert.deepEqual(await wecom.hand(card), { took: 'refused', fault: 'unknown_user' });
  assert.deepEqual(await wecom.hand(card), { took: 'later', fault: 'errcode_45009' });
  const sent = JSON.parse(gateway.received[1]!.body);
  assert.deepEqual([sent.touser, sent.agentid, sent.enable_duplicate_check], ['jyj.officer', 1_000_002, 1]);
  assert.match(sent.textcard.description, /红旗镇办理。（消息编号 0b9f3c1e）/);
  await gateway.close();
});

test('an interface that gives no token leaves the message to be tried later', async () => {
  const gateway = await startGateway((_received, response) => response.end('{"errcode":40013}'));
  const wechat = wechatGateway({
    base_url: gateway.url,
    app_id: 'wx1',
    secret: 'wrong',
    templates: { request_dispatched: { template_id: 'id', fields: {} } },
  });
  assert.deepEqual(await wechat.hand(handing), { took: 'later', fault: 'no_token' });
  await gateway.close();
});
