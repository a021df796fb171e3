import type { Queries } from '../../kit/db.ts';
import { Problem } from '../../kit/problem.ts';
import { getProjects } from '../../ledger/actions.ts';
import type { RequestRow } from '../schema.ts';
import { findRequest } from '../store.ts';

/** What a request is merged into: another request, or a project of the ledger. */
export type Target =
  | { merged_into_id: number; project_id: null }
  | { merged_into_id: null; project_id: number };

/**
 * What a number names: a request that is not itself merged, or a project.
 * Raises `requests/merge_itself`, `requests/merge_ended`, `ledger/unknown_project`.
 */
export async function targetOf(queries: Queries, request: RequestRow, number: string): Promise<Target> {
  const wanted = number.trim().toUpperCase();
  const into = await findRequest(queries, wanted);
  if (into) {
    if (into.id === request.id) {
      throw refuse(
        'merge_itself',
        '不能并入它自己，请写另一件需求的编号。',
        'A request is not merged into itself.',
      );
    }
    if (into.state === 'merged' || into.state === 'cancelled' || into.state === 'rejected') {
      throw refuse(
        'merge_ended',
        `需求 ${wanted} 已并单、取消或不予受理，不能并入。`,
        `${wanted} has ended and takes no others.`,
      );
    }
    return { merged_into_id: into.id, project_id: null };
  }
  const [project] = await getProjects({ queries }, [wanted]);
  return { merged_into_id: null, project_id: project!.id };
}

function refuse(code: string, zh: string, en: string): Problem {
  return new Problem(`requests/${code}`, 'invalid', { zh, en }, { target: { zh, en } });
}
