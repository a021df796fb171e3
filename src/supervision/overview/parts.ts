import { type HtmlSafeString, html } from '@prairielearn/html';
import { daysBetween } from '../../kit/clock.ts';
import { light } from '../../kit/parts/light.ts';
import type { Judged } from '../lights/kept.ts';
import { isForecastLate } from '../lights/rules.ts';
import type { Light } from '../lights/schema.ts';
import { lightWords } from '../words.ts';
import type { LightCounts } from './rules.ts';

/** A light as staff see it: shape, word and colour. */
export function lightOf(one: Light): HtmlSafeString {
  return light(lightWords[one].tone, lightWords[one].zh);
}

/** Why a light is not green, in a sentence each: numbers first. */
export function reasonsText({ pace, standing }: Judged): string {
  const { reasons, actual, planned, days_left, quiet } = standing;
  const said = reasons.map((reason) => {
    if (reason === 'overdue') return `已超过时限 ${-(days_left ?? 0)} 天`.replace('超过时限 0 天', '到时限');
    if (reason === 'behind')
      return `计划 ${planned}%，实际 ${actual}%，慢 ${(planned! - actual!).toFixed(1)} 个百分点`;
    if (reason === 'days_left')
      return `离时限 ${days_left} 天，${actual === null ? '没有执行清单' : `才报完成 ${actual}%`}`;
    return `连续 ${quiet} 个月没有任何记录`;
  });
  const claimed = pace.state === 'completion_claimed' || pace.state === 'verifying';
  return [...said, ...(claimed ? ['已报完成，等待核验'] : [])].join('；');
}

/** When it will be done by the progress so far, and by how much too late. */
export function forecastText({ pace, standing }: Judged): HtmlSafeString | string {
  const { forecast } = standing;
  if (!forecast) return '—';
  const { earliest, latest } = forecast;
  const day = (text: string) => html`<span class="day">${text}</span>`;
  const span = earliest === latest ? day(earliest) : html`${day(earliest)} 至 ${day(latest)}`;
  const late = isForecastLate(standing, pace) || standing.light === 'overdue';
  const days = daysBetween(pace.deadline, earliest);
  return html`${span}${late && days > 0 ? html` <span class="late-by">至少晚 ${days} 天</span>` : ''}`;
}

const shown = ['overdue', 'red', 'yellow', 'green', 'done_late', 'done'] as const;

/** The lights of a group as one bar; the numbers stand beside it. */
export function lightBar(counts: LightCounts, name: string): HtmlSafeString {
  let x = 0;
  const parts = shown.map((one) => {
    const width = counts.total === 0 ? 0 : (100 * counts[one]) / counts.total;
    const part = html`<rect class="part-${one}" x="${x.toFixed(2)}" width="${width.toFixed(2)}" height="6"></rect>`;
    x += width;
    return width > 0 ? part : '';
  });
  const label = `${name}：${shown.map((one) => `${lightWords[one].zh} ${counts[one]}`).join('，')}`;
  return html`<svg class="light-bar" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="${label}">${parts}</svg>`;
}
