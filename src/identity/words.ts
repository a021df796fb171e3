import type { Message } from '../kit/i18n.ts';
import type { SecurityEvent } from './security-log.ts';

/** The words of signing in and of accounts. */
export const words = {
  sign_in: { zh: '工作人员登录', en: 'Staff sign-in' },
  sign_in_button: { zh: '登录', en: 'Sign in' },
  login: { zh: '登录名', en: 'Login' },
  password: { zh: '口令', en: 'Password' },
  new_password: { zh: '新口令', en: 'New password' },
  current_password: { zh: '现在的口令', en: 'Present password' },
  password_hint: {
    zh: '至少 10 位，含大写、小写（或汉字）、数字、符号中的三类。几个不相干的词连起来最好记。',
    en: 'At least 10 characters, of three kinds: capitals, small letters, digits, signs. A few unrelated words are easiest to keep.',
  },
  no_account: {
    zh: '没有账号或忘了口令：请本单位管理员生成一次性登录链接。',
    en: 'No account, or the password forgotten: ask your unit administrator for a one-time link.',
  },
  or: { zh: '其他登录方式', en: 'Other ways to sign in' },
  app_refused: {
    zh: '统一身份认证没有对应到可用的账号。请联系单位管理员开通。',
    en: 'The sign-on did not match an open account. Ask your unit administrator.',
  },
  passkey: {
    zh: '使用通行密钥（指纹、人脸或安全密钥）',
    en: 'Use a passkey (fingerprint, face or security key)',
  },
  passkey_failed: {
    zh: '通行密钥没有通过，请再试或用口令登录。',
    en: 'The passkey was not accepted. Try again or use your password.',
  },
  passkey_add: { zh: '添加通行密钥', en: 'Add a passkey' },
  passkeys: { zh: '通行密钥', en: 'Passkeys' },
  passkeys_none: { zh: '还没有通行密钥。', en: 'No passkey yet.' },
  passkeys_lead: {
    zh: '用指纹、人脸或安全密钥登录，不用口令和验证码。须在支持的浏览器里添加。',
    en: 'Sign in by fingerprint, face or security key, without password and code. Needs a browser that knows them.',
  },
  passkeys_need_name: {
    zh: '通行密钥要求用域名访问本系统，当前是 IP 地址。',
    en: 'Passkeys need this site to have a name; it is reached by an IP address.',
  },
  remove: { zh: '删除', en: 'Remove' },
  second_factor: { zh: '输入动态口令', en: 'Enter your code' },
  code: { zh: '验证码', en: 'Code' },
  code_hint: {
    zh: '手机验证器里的 6 位数字；手机不在身边时可用一组备用码。',
    en: 'Six digits from your authenticator app, or one of your spare codes.',
  },
  confirm: { zh: '确认', en: 'Confirm' },
  set_second_factor: { zh: '设置第二因素', en: 'Set up your second factor' },
  set_second_factor_lead: {
    zh: '登录除口令外还要一个动态口令。用手机上的验证器应用扫描二维码，再输入它显示的 6 位数字。',
    en: 'Signing in takes a code besides the password. Scan this with an authenticator app and enter its six digits.',
  },
  set_second_factor_begin: {
    zh: '先确认口令，再设置手机验证器。',
    en: 'Confirm your password first, then set up your authenticator app.',
  },
  begin: { zh: '开始设置', en: 'Begin' },
  secret: { zh: '不能扫码时手工输入', en: 'If you cannot scan, type this in' },
  spare_codes: { zh: '备用码', en: 'Spare codes' },
  spare_codes_lead: {
    zh: '手机丢失时用，每个只能用一次。请抄下来放在安全的地方，离开本页后不再显示。',
    en: 'For when the phone is lost; each works once. Keep them safe: they are not shown again.',
  },
  link_setup: { zh: '设置口令', en: 'Set your password' },
  link_demonstration: { zh: '以演示角色进入', en: 'Enter as a demonstration role' },
  enter: { zh: '进入', en: 'Enter' },
  account: { zh: '我的账号', en: 'My account' },
  name: { zh: '姓名', en: 'Name' },
  unit: { zh: '单位', en: 'Unit' },
  roles: { zh: '角色', en: 'Roles' },
  role: { zh: '角色', en: 'Role' },
  held_for: { zh: '范围', en: 'Held for' },
  sign_out: { zh: '退出', en: 'Sign out' },
  change_password: { zh: '修改口令', en: 'Change password' },
  password_changed: {
    zh: '口令已修改，其他设备上的登录已退出。',
    en: 'The password is changed; you are signed out everywhere else.',
  },
  accounts: { zh: '账号', en: 'Accounts' },
  add_accounts: { zh: '从表格导入账号', en: 'Import accounts from a spreadsheet' },
  state: { zh: '状态', en: 'State' },
  open: { zh: '启用', en: 'Open' },
  closed: { zh: '停用', en: 'Closed' },
  security_log: { zh: '安全日志', en: 'Security log' },
} satisfies Record<string, Message>;

/** The security log's events by their names. */
export const eventWords: Record<SecurityEvent, Message> = {
  sign_in: { zh: '登录', en: 'Sign-in' },
  second_factor: { zh: '第二因素验证', en: 'Second factor' },
  sign_out: { zh: '退出', en: 'Sign-out' },
  session_expired: { zh: '会话到期', en: 'Session ended' },
  link_issued: { zh: '生成一次性链接', en: 'One-time link issued' },
  link_used: { zh: '使用一次性链接', en: 'One-time link used' },
  password_set: { zh: '设置口令', en: 'Password set' },
  second_factor_set: { zh: '启用第二因素', en: 'Second factor set' },
  passkey_removed: { zh: '删除通行密钥', en: 'Passkey removed' },
  account_disabled: { zh: '停用账号', en: 'Account closed' },
  account_enabled: { zh: '启用账号', en: 'Account opened' },
  access_denied: { zh: '越权访问被拒', en: 'Access refused' },
};

/** What stands in the details of the security log, in words. */
export const detailWords: Readonly<Record<string, string>> = {
  password: '口令',
  code: '动态口令',
  spare_code: '备用码',
  passkey: '通行密钥',
  app: '单点登录',
  credentials: '登录名或口令不对',
  slowed: '尝试次数过多',
  setup: '用于设置口令',
  demonstration: '用于演示',
  cli: '命令行',
  'identity/role': '角色不符',
  'identity/reach': '超出职责范围',
};
