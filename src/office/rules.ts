// The foot of the site carries the duties of a government site, and other sites may frame it only where the office
// says so: an address is a whole one, and a site is an origin without a path.
import type { Role } from '../identity/roles.ts';
import type { Message } from '../kit/i18n.ts';
import { Problem } from '../kit/problem.ts';
import { type Office, officeFields, officeNames } from './schema.ts';

/** Who says what the site says of its office. */
export const officeEditors = ['coordinator', 'system_admin'] as const satisfies readonly Role[];

/** The licence of open data where the office names none. */
const defaultLicence = {
  name: { zh: '知识共享 署名 4.0 国际（CC BY 4.0）', en: 'Creative Commons Attribution 4.0 (CC BY 4.0)' },
  url: 'https://creativecommons.org/licenses/by/4.0/',
};

/** The licence of what is open. */
export function licenceOf(office: Office): { name: Message; url: string | undefined } {
  const { licence, licence_url } = office;
  if (!licence) return defaultLicence;
  return { name: { zh: licence, en: licence }, url: licence_url };
}

/** The sites that may frame this one, as origins. */
export function embedSites(office: Office): string[] {
  return (office.embed_sites ?? '').split(/[\s,，;；]+/).filter(Boolean);
}

const site = /^https?:\/\/(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$/;

/** A Problem when a setting is not what it has to be, for each that is not; nothing otherwise. */
export function checkOffice(office: Office): Problem | undefined {
  const fields: Record<string, Message> = {};
  for (const name of officeNames) {
    const value = office[name];
    if (!value) continue;
    const { label, kind } = officeFields[name];
    if (kind === 'address' && !/^https?:$/.test(URL.parse(value)?.protocol ?? '')) {
      fields[name] = {
        zh: `${label.zh}应为 https:// 开头的完整地址。`,
        en: `${label.en} must be a whole address that begins with https://.`,
      };
    }
    const wrong = kind === 'sites' ? embedSites(office).find((one) => !site.test(one)) : undefined;
    if (wrong) {
      fields[name] = {
        zh: `“${wrong}”不是网站的地址。只写到域名为止，如 https://www.example.gov.cn。`,
        en: `“${wrong}” is not the address of a site. Write it up to its name, as https://www.example.gov.cn.`,
      };
    }
  }
  const [first] = Object.values(fields);
  return first && new Problem('office/setting', 'invalid', first, fields);
}
