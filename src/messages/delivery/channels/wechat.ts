import type { Gateway } from '../channel.ts';
import { askGateway } from './ask.ts';
import { type Answer, outcomeOf, tokenKeeper } from './token.ts';

/** A template that the 公众号 has been allowed, and which of our values stands in which of its fields. */
export type WechatTemplates = Readonly<
  Record<string, { template_id: string; fields: Readonly<Record<string, string>> }>
>;

/** A 公众号 of the office. */
export interface WechatAccount {
  base_url: string;
  app_id: string;
  secret: string;
  templates: WechatTemplates;
}

/** It knows a repetition by `client_msg_id` for ten minutes. */
const tenMinutes = 600_000;

/**
 * Template messages of a 公众号 (`message/template/send`), to an openid. Fields of the kind `thing` take 20 characters. A
 * template that the account has not been allowed is refused as such, and never replaced by another.
 */
export function wechatGateway({ base_url, app_id, secret, templates }: WechatAccount): Gateway {
  const tokens = tokenKeeper(async () => {
    const body = JSON.stringify({ grant_type: 'client_credential', appid: app_id, secret });
    const got = await askGateway(new URL('/cgi-bin/stable_token', base_url), { body });
    return 'took' in got ? {} : ((got.answer ?? {}) as Answer);
  });
  return {
    channel: 'wechat',
    repeatable_for: tenMinutes,
    async hand({ stable_id, address, template, shown, url }) {
      const known = templates[template];
      if (!known) return { took: 'refused', fault: 'template_not_allowed' };
      const access_token = await tokens.get();
      if (!access_token) return { took: 'later', fault: 'no_token' };
      const data = Object.entries(known.fields).map(([field, value]) => [
        field,
        { value: fitted(field, shown[value] ?? '') },
      ]);
      const message = {
        touser: address,
        template_id: known.template_id,
        ...(url && { url }),
        client_msg_id: stable_id.replaceAll('-', ''),
        data: Object.fromEntries(data),
      };
      const address_of = new URL('/cgi-bin/message/template/send', base_url);
      address_of.searchParams.set('access_token', access_token);
      const got = await askGateway(address_of, { body: JSON.stringify(message) });
      return 'took' in got ? got : outcomeOf(got.answer as Answer | null, tokens);
    },
  };
}

function fitted(field: string, text: string): string {
  const longest = /^(thing|character_string|const)/.test(field) ? 20 : 64;
  return [...text].length > longest ? `${[...text].slice(0, longest - 1).join('')}…` : text;
}
