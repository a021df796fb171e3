// Who may hold which role, and who may give it. The three administrators are apart from each other and from all work
// (GB/T 22239-2019 8.1.5: 系统、安全、审计管理员三权分立). The system administrator keeps everybody's accounts and a unit
// administrator those of the own unit and below; both hand out working roles only.
import { Problem } from '../kit/problem.ts';
import type { Holding } from './access.ts';
import type { Role } from './roles.ts';

/** Who sees accounts: everybody's, or those of the own unit and below. */
export const accountReaders = [
  'system_admin',
  'security_admin',
  'unit_admin',
] as const satisfies readonly Role[];
/** Who makes accounts and their links. */
export const accountKeepers = ['system_admin', 'unit_admin'] as const satisfies readonly Role[];
/** Who reads what happened around signing in. */
export const securityReaders = ['security_admin', 'audit_admin'] as const satisfies readonly Role[];
/** Who reads the whole journal. */
export const journalReaders = ['audit_admin'] as const satisfies readonly Role[];

/** The administrators, none of whom does the work of another. */
const administrators: readonly Role[] = ['system_admin', 'security_admin', 'audit_admin'];
/** Roles that reach over units, given by the security administrator alone. */
const districtRoles: readonly Role[] = [
  'district_leader',
  'liaison',
  'coordinator',
  'inspector',
  'publisher',
  'unit_admin',
];

/** A Problem when roles may not be held together; nothing otherwise. */
export function checkTogether(roles: readonly Role[]): Problem | undefined {
  const administrative = roles.filter((role) => administrators.includes(role));
  if (administrative.length === 0 || new Set(roles).size === 1) return undefined;
  return new Problem('identity/roles_apart', 'conflict', {
    zh: '系统管理员、安全管理员、审计管理员须由不同的人担任，也不能兼任业务角色。',
    en: 'System, security and audit administrators are different people and hold no other role.',
  });
}

/** A Problem when one with these holdings may not give or take back a role for a unit; nothing otherwise. */
export function checkGrant(
  holdings: readonly Holding[] | 'unlimited',
  role: Role,
  unit_id: number,
): Problem | undefined {
  if (holdings === 'unlimited') return undefined;
  const working = !administrators.includes(role) && !districtRoles.includes(role);
  const granted = holdings.some(
    (one) =>
      one.role === 'security_admin' ||
      (working && (one.role === 'system_admin' || one.role === 'unit_admin') && one.reach.has(unit_id)),
  );
  if (granted) return undefined;
  return new Problem('identity/grant', 'forbidden', {
    zh: '这个角色须由安全管理员授予；系统管理员和单位管理员只能授予各自范围内的经办类角色。',
    en: 'This role is given by the security administrator; the others give working roles within their reach.',
  });
}

/**
 * A Problem when one with these holdings may not open or close the account of one with those roles: whoever can set
 * somebody's password is somebody, so nobody gets at roles that they could not have given. An administrator's account is
 * opened from the command line.
 */
export function checkKeeping(
  holdings: readonly Holding[] | 'unlimited',
  held: readonly { role: Role; unit_id: number }[],
): Problem | undefined {
  if (holdings === 'unlimited') return undefined;
  const mine = new Set(holdings.map((one) => one.role));
  const beyond = held.find(({ role, unit_id }) => {
    if (administrators.includes(role)) return !mine.has('security_admin');
    if (mine.has('system_admin') || mine.has('security_admin')) return false;
    return checkGrant(holdings, role, unit_id) !== undefined;
  });
  if (!beyond) return undefined;
  return new Problem('identity/keeping', 'forbidden', {
    zh: '这个账号的角色超出您的管理范围，请由系统管理员（或在服务器上用命令）处理。',
    en: 'This account holds roles beyond yours to manage; ask the system administrator, or use the command line.',
  });
}

/** A Problem when a liaison names no leader, or somebody else does; nothing otherwise. */
export function checkLiaison(role: Role, for_account_id: number | null): Problem | undefined {
  if ((role === 'liaison') === (for_account_id !== null)) return undefined;
  return new Problem('identity/liaison', 'invalid', {
    zh: '联络员必须指明为哪位区领导代办，其他角色不指明。',
    en: 'A liaison acts for a named leader; no other role does.',
  });
}
