import type { Gateway } from '../channel.ts';
import { askGateway } from './ask.ts';
import { type Answer, outcomeOf, tokenKeeper } from './token.ts';

/** An application in 政务微信 or 企业微信; 粤政易 stands on the same interface at an address of its own. */
export interface WecomApplication {
  base_url: string;
  corporation_id: string;
  agent_id: string;
  secret: string;
}

/** The longest time for which it looks for repetitions, in seconds. */
const fourHours = 4 * 3600;

/**
 * Cards to staff (`message/send`, `textcard`), to the user id that is the login of our account. It knows a repetition by
 * the content for four hours; the number of the message stands in it, so that two of the same words both arrive.
 */
export function wecomGateway({ base_url, corporation_id, agent_id, secret }: WecomApplication): Gateway {
  const tokens = tokenKeeper(async () => {
    const url = new URL('/cgi-bin/gettoken', base_url);
    url.searchParams.set('corpid', corporation_id);
    url.searchParams.set('corpsecret', secret);
    const got = await askGateway(url, { body: '' });
    return 'took' in got ? {} : ((got.answer ?? {}) as Answer);
  });
  return {
    channel: 'wecom',
    repeatable_for: fourHours * 1000,
    async hand({ stable_id, address, title, text, url }) {
      const access_token = await tokens.get();
      if (!access_token) return { took: 'later', fault: 'no_token' };
      const mark = stable_id.slice(0, 8);
      const card = { title, description: `${text}（消息编号 ${mark}）`, url: url ?? base_url };
      const message = {
        touser: address,
        msgtype: 'textcard',
        agentid: Number(agent_id),
        textcard: card,
        enable_duplicate_check: 1,
        duplicate_check_interval: fourHours,
      };
      const send = new URL('/cgi-bin/message/send', base_url);
      send.searchParams.set('access_token', access_token);
      const got = await askGateway(send, { body: JSON.stringify(message) });
      if ('took' in got) return got;
      const answer = got.answer as Answer | null;
      if (answer?.errcode === 0 && answer.invaliduser) return { took: 'refused', fault: 'unknown_user' };
      return outcomeOf(answer, tokens);
    },
  };
}
