import { type HtmlSafeString, html } from '@prairielearn/html';

/** Stations on the way to an end, the present one marked for eyes and for readers. */
export function stationPath(
  stations: { text: string; here: boolean; passed: boolean }[],
  label: string,
): HtmlSafeString {
  return html`<ol class="stations" aria-label="${label}">${stations.map(
    ({ text, here, passed }) =>
      html`<li class="${here ? 'here' : passed ? 'passed' : 'ahead'}" ${here ? html`aria-current="step"` : ''}>${text}</li>`,
  )}</ol>`;
}

/** What happened, newest last: when, what, who, and what was said. */
export function timeline(
  items: { when: string; what: string; who: string; note: string | null }[],
): HtmlSafeString {
  return html`<ol class="timeline">${items.map(
    (item) =>
      html`<li><time>${item.when}</time><div><strong>${item.what}</strong><span class="who">${item.who}</span>${
        item.note ? html`<p>${item.note}</p>` : ''
      }</div></li>`,
  )}</ol>`;
}
