import type { Message } from '../kit/i18n.ts';
import type { Channel, Choice, DeliveryState } from './schema.ts';

/** What the ways out of the house are called. */
export const channelWords = {
  sms: { zh: '短信', en: 'Text message' },
  email: { zh: '电子邮件', en: 'E-mail' },
  wechat: { zh: '公众号', en: 'WeChat' },
  wecom: { zh: '政务微信', en: 'Government WeChat' },
} as const satisfies Record<Channel, Message>;

/** What a person may choose. */
export const choiceWords = {
  sms: channelWords.sms,
  email: channelWords.email,
  wechat: channelWords.wechat,
  none: { zh: '不另外通知，我自己来看', en: 'Nothing else; I look here myself' },
} as const satisfies Record<Choice['channel'], Message>;

/** What the states of a delivery are called. */
export const stateWords = {
  waiting: { zh: '等待发送', en: 'Waiting' },
  trying: { zh: '正在发送', en: 'Being sent' },
  handed: { zh: '已交付通道', en: 'Handed over' },
  failed: { zh: '发送失败', en: 'Failed' },
  unknown: { zh: '结果不明', en: 'Unknown' },
  withheld: { zh: '演示，不外发', en: 'Demonstration, not sent' },
} as const satisfies Record<DeliveryState, Message>;

/** What faults mean; others are shown as they are. */
const faultWords: Record<string, string> = {
  no_address: '没有可用的号码或地址',
  no_gateway: '没有配置这个通道',
  no_token: '通道没有给出访问凭证',
  interrupted: '发送途中程序中断',
  template_not_allowed: '公众号没有这个模板',
  unknown_user: '政务微信里没有这个用户',
  TimeoutError: '通道没有及时回答',
  ECONNREFUSED: '连不上通道',
  ENOTFOUND: '找不到通道的地址',
};

/** A fault in words. */
export function faultText(fault: string): string {
  const [, status] = fault.match(/^http_(\d+)$/) ?? [];
  return status ? `通道回答 ${status}` : (faultWords[fault] ?? fault);
}

const subjectWords: Record<string, string> = { request: '需求', wish: '微心愿', project: '项目' };

/** What a message tells of, such as `request:XQ2109-00012`, in words. */
export function subjectText(about: string): string {
  const [kind, ...number] = about.split(':');
  return `${subjectWords[kind!] ?? kind} ${number.join(':')}`;
}
