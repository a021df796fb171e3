import type { FastifyRequest } from 'fastify';
import { actorOf, checkReach } from '../../identity/access.ts';
import { currentHead } from '../../journal/head.ts';
import { dayOf } from '../../kit/clock.ts';
import { refuseIf } from '../../kit/problem.ts';
import type { Site } from '../../portal/context.ts';
import { reportReaders } from '../rules.ts';
import { type FullReport, loadReport } from './full-report.ts';
import type { ReportPath } from './schema.ts';

/** A report for somebody who may look at it. Raises `reporting/unknown_report`, `identity/reach`. */
export async function readReport(
  site: Site,
  request: FastifyRequest,
  path: ReportPath,
): Promise<{ full: FullReport; entry_no: number; today: string }> {
  const { entry_no } = await currentHead(site.db);
  const today = dayOf(new Date());
  const full = await loadReport(site.db.queries, site.registry, path, { entry_no, today });
  refuseIf(checkReach(actorOf(request, 'console'), reportReaders, full.unit.id));
  return { full, entry_no, today };
}
