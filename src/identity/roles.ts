// A role is held for a unit and reaches that unit's subtree. The three administrators are apart from each other and
// from all work (等保三级 8.1.5: 系统、安全、审计管理员三权分立); the audit administrator only reads.
import type { Message } from '../kit/i18n.ts';

/** The roles, by their official names. */
export const roleNames = {
  district_leader: { zh: '区领导', en: 'District leader' },
  liaison: { zh: '联络员', en: 'Liaison' },
  coordinator: { zh: '区统筹办', en: 'District coordinator' },
  inspector: { zh: '督查', en: 'Inspector' },
  town_coordinator: { zh: '镇统筹员', en: 'Town coordinator' },
  unit_head: { zh: '单位负责人', en: 'Unit head' },
  unit_officer: { zh: '单位经办人', en: 'Unit officer' },
  village_officer: { zh: '村居经办人', en: 'Village officer' },
  publisher: { zh: '宣传发布', en: 'Publisher' },
  unit_admin: { zh: '单位管理员', en: 'Unit administrator' },
  system_admin: { zh: '系统管理员', en: 'System administrator' },
  security_admin: { zh: '安全管理员', en: 'Security administrator' },
  audit_admin: { zh: '审计管理员', en: 'Audit administrator' },
} as const satisfies Record<string, Message>;
export type Role = keyof typeof roleNames;

/** The roles in their order. */
export const roles = Object.keys(roleNames) as Role[];
