import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Gateway } from './channel.ts';
import { fileGateway } from './channels/file.ts';
import { httpGateway } from './channels/http.ts';
import { type WechatTemplates, wechatGateway } from './channels/wechat.ts';
import { wecomGateway } from './channels/wecom.ts';

/** Says which of several settings is missing, or that none is set; raises the Problem of half of them. */
export type Together = (names: readonly string[]) => string[] | undefined;

/**
 * The ways out of the house that the environment sets: `SMS_GATEWAY_URL` and `_KEY`, `EMAIL_GATEWAY_URL` and `_KEY`,
 * `WECHAT_APP_ID`, `_SECRET` and `_TEMPLATES` (a file), and the staff app that also signs staff in. Short messages and mail
 * without a gateway go to a file.
 */
export function readGateways(
  environment: NodeJS.ProcessEnv,
  data: string,
  together: Together,
): readonly Gateway[] {
  const folder = join(data, 'outbox');
  const overHttp = (channel: 'sms' | 'email', prefix: string) => {
    const set = together([`${prefix}_GATEWAY_URL`, `${prefix}_GATEWAY_KEY`]);
    if (!set) return fileGateway(channel, folder);
    const deduplicates = environment[`${prefix}_GATEWAY_DEDUPLICATES`] === 'yes';
    return httpGateway({ channel, url: set[0]!, key: set[1]!, deduplicates });
  };
  const gateways = [overHttp('sms', 'SMS'), overHttp('email', 'EMAIL')];
  const wechat = together(['WECHAT_APP_ID', 'WECHAT_SECRET', 'WECHAT_TEMPLATES']);
  if (wechat) {
    const [app_id, secret, file] = wechat as [string, string, string];
    const templates = JSON.parse(readFileSync(file, 'utf8')) as WechatTemplates;
    const base_url = environment.WECHAT_URL || 'https://api.weixin.qq.com';
    gateways.push(wechatGateway({ base_url, app_id, secret, templates }));
  }
  const wecom = together(['WECOM_URL', 'WECOM_CORPORATION', 'WECOM_AGENT', 'WECOM_SECRET']);
  if (wecom) {
    const [base_url, corporation_id, agent_id, secret] = wecom as [string, string, string, string];
    gateways.push(wecomGateway({ base_url, corporation_id, agent_id, secret }));
  }
  return gateways;
}
