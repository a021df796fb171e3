import { type RawBuilder, sql } from 'kysely';
import type { CountDefinition, FigureRecord, Moment, RatioDefinition } from '../../figures/definition.ts';
import { asOf } from '../../kit/versioned.ts';

/** Answers before the cut-off, each with how much of it counts. */
function answersOf(at: Moment, amount: RawBuilder<number>): RawBuilder<FigureRecord> {
  const columns = [
    'id',
    'project_id',
    'satisfied',
    'mostly',
    'unsatisfied',
    'unknown',
    'occurred_at',
  ] as const;
  return sql`
    select 'survey:' || answer.id as record, (${amount})::numeric as amount, project.area_code,
      project.field_code as field, unit.code as unit, null::text as stage, null::text as dose,
      to_char(answer.occurred_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as day
    from ${asOf('survey_answer', at.entry_no, columns)} as answer
    join ${asOf('project', at.entry_no, ['id', 'area_code', 'field_code', 'unit_id'])} as project
      on project.id = answer.project_id
    join ${asOf('unit', at.entry_no, ['id', 'code'])} as unit on unit.id = project.unit_id
    where answer.occurred_at < ${at.cutoff} and ${amount} > 0`;
}

const common = {
  version: 1,
  kind: 'count',
  unit: { zh: '份', en: '' },
  decimals: 0,
  dimensions: ['field', 'area', 'unit'],
} as const;

const satisfied: CountDefinition = {
  ...common,
  code: 'ledger.satisfied',
  title: { zh: '满意和基本满意的答卷', en: 'Satisfied answers' },
  explanation: {
    zh: '截至时点收到的“满意”和“基本满意”答卷数。',
    en: 'Answers “satisfied” and “mostly satisfied”.',
  },
  records: (at) => answersOf(at, sql`answer.satisfied + answer.mostly`),
};

const valid: CountDefinition = {
  ...common,
  code: 'ledger.survey_valid',
  title: { zh: '有效答卷', en: 'Valid answers' },
  explanation: { zh: '截至时点收到的答卷数，不含“不了解”。', en: 'Answers without “do not know”.' },
  records: (at) => answersOf(at, sql`answer.satisfied + answer.mostly + answer.unsatisfied`),
};

/** Of the valid answers about finished projects, the share that are satisfied or mostly so. */
export const satisfaction: RatioDefinition = {
  code: 'ledger.satisfaction',
  version: 1,
  kind: 'ratio',
  title: { zh: '群众满意度', en: 'Satisfaction' },
  explanation: {
    zh: '（满意 + 基本满意）÷ 有效答卷 × 100%；“不了解”不计入有效答卷。答卷由承办单位以外的人采集或群众扫码填写。没有有效答卷时没有数值。',
    en: '(Satisfied + mostly satisfied) ÷ valid answers × 100 %; “do not know” is no part of the base. Collected by other units than the one that did the work, or given by QR code; no value without a valid answer.',
  },
  unit: { zh: '%', en: '%' },
  decimals: 1,
  dimensions: ['field', 'area', 'unit'],
  numerator: satisfied,
  denominator: valid,
};
