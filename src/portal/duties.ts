import type { Duty } from '../kit/page.ts';
import { type Office, officeFields } from '../office/schema.ts';

/** Where filings are looked up. */
const filings = { icp: 'https://beian.miit.gov.cn/', police: 'https://beian.mps.gov.cn/' };

/** What the foot of a government site says of its office, as far as it is set; no number is made up. */
export function dutiesOf(office: Office): Duty[] {
  const named = (['sponsor', 'contact', 'site_code', 'icp', 'police'] as const).map((name) => ({
    label: officeFields[name].label,
    text: office[name],
    href: name === 'icp' || name === 'police' ? filings[name] : undefined,
  }));
  const linked = (['emblem_url', 'mistake_url'] as const).map((name) => ({
    label: officeFields[name].label,
    href: office[name],
  }));
  return [...named.filter(({ text }) => text), ...linked.filter(({ href }) => href)];
}
