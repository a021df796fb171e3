import type { Message } from '../kit/i18n.ts';

/** A setting of the office: what it is called, what goes in, and how long it may be. */
interface OfficeField {
  label: Message;
  hint: string;
  kind: 'text' | 'address' | 'sites';
}

/**
 * What the office says of its site. The foot of a government site names who runs it, how to reach them, its
 * registrations and where to report a mistake (政府网站发展指引, 国办发〔2017〕47号). What is not set is not shown.
 */
export const officeFields = {
  sponsor: { label: { zh: '主办单位', en: 'Run by' }, hint: '如：某某区人民政府办公室', kind: 'text' },
  contact: { label: { zh: '联系方式', en: 'Contact' }, hint: '电话或邮箱，居民看得到', kind: 'text' },
  icp: { label: { zh: 'ICP备案号', en: 'ICP filing' }, hint: '如：粤ICP备…号-1', kind: 'text' },
  police: {
    label: { zh: '公安备案', en: 'Public security filing' },
    hint: '如：粤公网安备 …号',
    kind: 'text',
  },
  site_code: { label: { zh: '网站标识码', en: 'Site code' }, hint: '政府网站的十位标识码', kind: 'text' },
  emblem_url: {
    label: { zh: '党政机关标识', en: 'Government site certificate' },
    hint: '本站在标识管理机构的查询地址，https:// 开头',
    kind: 'address',
  },
  mistake_url: {
    label: { zh: '我为政府网站找错', en: 'Report a mistake on this site' },
    hint: '带本站标识码的纠错地址，https:// 开头',
    kind: 'address',
  },
  licence: {
    label: { zh: '数据许可', en: 'Data licence' },
    hint: '许可的名称；不填为 CC BY 4.0',
    kind: 'text',
  },
  licence_url: { label: { zh: '许可全文', en: 'Licence text' }, hint: 'https:// 开头', kind: 'address' },
  embed_sites: {
    label: { zh: '可嵌入本站的网站', en: 'Sites that may embed this one' },
    hint: '每行一个，如 https://www.example.gov.cn；不填则别的网站都不能嵌入',
    kind: 'sites',
  },
} as const satisfies Record<string, OfficeField>;
export type OfficeName = keyof typeof officeFields;

/** The names in the order of the form. */
export const officeNames = Object.keys(officeFields) as OfficeName[];

/** What the office has set. */
export type Office = Partial<Record<OfficeName, string>>;
