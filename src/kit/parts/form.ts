import { type HtmlSafeString, html } from '@prairielearn/html';

/** A text field with its label above, its hint, and what is wrong with it beside it; keeps what was typed. */
export function textField(field: {
  name: string;
  label: string;
  value: string;
  hint?: string;
  error?: string | undefined;
  type?: 'text' | 'search';
}): HtmlSafeString {
  const { name, error, hint } = field;
  const described = [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(' ');
  return html`<div class="field ${error ? 'field-wrong' : ''}">
<label for="${name}">${field.label}</label>
${hint ? html`<p class="hint" id="${name}-hint">${hint}</p>` : ''}
${error ? html`<p class="error" id="${name}-error">${error}</p>` : ''}
<input id="${name}" name="${name}" type="${field.type ?? 'text'}" value="${field.value}" ${
    described ? html`aria-describedby="${described}"` : ''
  } ${error ? html`aria-invalid="true"` : ''}></div>`;
}

/** A choice among few, with a first entry for "all". */
export function selectField(field: {
  name: string;
  label: string;
  value: string;
  all: string;
  options: readonly { value: string; text: string }[];
}): HtmlSafeString {
  return html`<div class="field"><label for="${field.name}">${field.label}</label>
<select id="${field.name}" name="${field.name}"><option value="">${field.all}</option>${field.options.map(
    ({ value, text }) =>
      html`<option value="${value}" ${value === field.value ? html`selected` : ''}>${text}</option>`,
  )}</select></div>`;
}
