import { sql } from 'kysely';
import type { Queries } from '../kit/db.ts';

/** What is kept of signing in and of accounts (GB/T 22239-2019 8.1.4.3: when, who, what, whether it succeeded). */
export type SecurityEvent =
  | 'sign_in' // 登录
  | 'second_factor' // 第二因素验证
  | 'sign_out' // 退出
  | 'session_expired' // 会话到期
  | 'link_issued' // 生成一次性链接
  | 'link_used' // 使用一次性链接
  | 'password_set' // 设置口令
  | 'second_factor_set' // 启用第二因素
  | 'passkey_removed' // 删除通行密钥
  | 'account_disabled' // 停用账号
  | 'account_enabled' // 启用账号
  | 'access_denied'; // 越权访问被拒

/** One thing that happened. `detail` never holds what somebody typed. */
export interface SecurityRecord {
  event: SecurityEvent;
  success: boolean;
  account_id: number | null;
  /** The network address that it came from. */
  address: string | null;
  detail?: Record<string, string>;
}

/** Keeps what happened. It can only be added to: the application's role may neither change nor delete it. */
export async function logSecurity(queries: Queries, record: SecurityRecord): Promise<void> {
  const { event, success, account_id, address, detail = {} } = record;
  await sql`
    insert into security_log (event, success, account_id, address, detail)
    values (${event}, ${success}, ${account_id}, ${address}, ${JSON.stringify(detail)}::jsonb)`.execute(
    queries,
  );
}

/** A stored record, with the name of whom it is about. */
export type StoredRecord = Required<SecurityRecord> & { id: number; at: Date; name: string | null };

/** What happened, newest first; `before` is the id of the last record of the page before. */
export async function listSecurity(
  queries: Queries,
  filter: { event?: SecurityEvent | undefined; failed?: boolean | undefined; before?: number | undefined },
  limit: number,
): Promise<StoredRecord[]> {
  const found = await sql<StoredRecord>`
    select log.id, log.at, log.event, log.success, log.account_id, log.address, log.detail, account.name
    from security_log as log left join account on account.id = log.account_id
    where (${filter.event ?? null}::text is null or log.event = ${filter.event ?? null})
      and (not ${filter.failed ?? false}::boolean or not log.success)
      and (${filter.before ?? null}::bigint is null or log.id < ${filter.before ?? null}::bigint)
    order by log.id desc limit ${limit}`.execute(queries);
  return found.rows;
}
