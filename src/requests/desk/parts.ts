import { type HtmlSafeString, html } from '@prairielearn/html';
import { momentText } from '../../kit/clock.ts';
import { light } from '../../kit/parts/light.ts';
import type { RequestRow } from '../schema.ts';
import { words } from './words.ts';

const soon = 4 * 3_600_000;

/** The clock of a request as a light: when the present state must be left, and whether that is past. */
export function clockLight(
  request: Pick<RequestRow, 'due_at' | 'state' | 'paused_at'>,
  now: Date,
): HtmlSafeString | '' {
  if (request.paused_at) return light('quiet', words.paused.zh);
  const { due_at } = request;
  if (!due_at) return '';
  if (request.state === 'answered') {
    return html`<span class="clock">${light('quiet', words.waits.zh)} <time class="until">${momentText(due_at)}</time></span>`;
  }
  const left = due_at.getTime() - now.getTime();
  const until = html`<time class="until">${momentText(due_at)}</time>`;
  if (left < 0)
    return html`<span class="clock">${light('overdue', `${words.late.zh} ${lengthText(-left)}`)} ${until}</span>`;
  return html`<span class="clock">${left < soon ? light('amber', words.soon.zh) : light('green', words.in_time.zh)} ${until}</span>`;
}

/** A length of time in its largest unit: 3 天, 5 小时, 12 分钟. */
export function lengthText(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 60) return `${minutes} 分钟`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} 小时` : `${Math.round(hours / 24)} 天`;
}

/** The beginning of a request, for lists. */
export function excerpt(request: Pick<RequestRow, 'content'>, most = 48): string {
  const text = (request.content ?? words.confidential.zh).replace(/\s+/g, ' ');
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
