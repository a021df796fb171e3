import { type HtmlSafeString, type HtmlValue, html } from '@prairielearn/html';
import { type Language, say } from '../i18n.ts';
import type { Problem } from '../problem.ts';

/** What every field has: its label above, its hint, and what is wrong with it beside it. */
interface Field {
  name: string;
  /** Where a page has several fields of a name; the name unless given. */
  id?: string;
  label: string;
  hint?: string;
  error?: string | undefined;
  /** How many characters its route takes; the browser takes no more, so that nothing typed is refused for its length. */
  maxlength?: number;
}

function field({ name, id = name, label, hint, error }: Field, control: HtmlValue): HtmlSafeString {
  return html`<div class="field ${error ? 'field-wrong' : ''}">
<label for="${id}">${label}</label>
${hint ? html`<p class="hint" id="${id}-hint">${hint}</p>` : ''}
${error ? html`<p class="error" id="${id}-error">${error}</p>` : ''}
${control}</div>`;
}

/** What ties a control to its hint and error for readers of the screen, and its bound. */
function described({ name, id = name, hint, error, maxlength }: Field): HtmlValue {
  const ids = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return html`${ids ? html`aria-describedby="${ids}"` : ''} ${error ? html`aria-invalid="true"` : ''} ${
    maxlength ? html`maxlength="${maxlength}"` : ''
  }`;
}

/** A text field that keeps what was typed; a password never comes back. */
export function textField(
  text: Field & {
    value: string;
    type?: 'text' | 'search' | 'password' | 'date' | 'datetime-local';
    autocomplete?: string;
    /** Which keyboard a phone shows. */
    inputmode?: 'numeric';
    /** The id of the list of names to choose from. */
    list?: string;
  },
): HtmlSafeString {
  const { name, id = name, value, type = 'text', autocomplete, inputmode, list } = text;
  return field(
    text,
    html`<input id="${id}" name="${name}" type="${type}" value="${type === 'password' ? '' : value}" ${
      autocomplete ? html`autocomplete="${autocomplete}"` : ''
    } ${inputmode ? html`inputmode="${inputmode}"` : ''} ${list ? html`list="${list}"` : ''} ${described(text)}>`,
  );
}

/** A text of several lines that keeps what was typed. */
export function areaField(text: Field & { value: string; rows?: number }): HtmlSafeString {
  const { name, id = name, value, rows = 4 } = text;
  return field(
    text,
    html`<textarea id="${id}" name="${name}" rows="${rows}" ${described(text)}>${value}</textarea>`,
  );
}

/** A file to send. A browser never gives one back, so a form with one also says what was sent before. */
export function fileField(file: Field & { accept: string }): HtmlSafeString {
  const { name, id = name, accept } = file;
  return field(
    file,
    html`<input id="${id}" name="${name}" type="file" ${accept ? html`accept="${accept}"` : ''} ${described(file)}>`,
  );
}

/** A choice among few; `all` is the first entry, for none of them. */
export function selectField(
  choice: Field & {
    value: string;
    all?: string;
    options: readonly { value: string; text: string }[];
  },
): HtmlSafeString {
  const { name, id = name, value, all, options } = choice;
  return field(
    choice,
    html`<select id="${id}" name="${name}" ${described(choice)}>${
      all === undefined ? '' : html`<option value="">${all}</option>`
    }${options.map(
      (one) =>
        html`<option value="${one.value}" ${one.value === value ? html`selected` : ''}>${one.text}</option>`,
    )}</select>`,
  );
}

/**
 * What went wrong with a form, on top of it: the sentence, and a link to each field that is wrong. It comes first in
 * the order of reading, so that nobody has to look for why nothing happened.
 */
export function errorSummary(language: Language, problem: Problem | undefined): HtmlSafeString | '' {
  if (!problem) return '';
  const text = say(language, problem.text);
  const fields = Object.entries(problem.fields).filter(([, message]) => say(language, message) !== text);
  const [only] = Object.keys(problem.fields);
  return html`<div class="notice bad" role="alert"><p>${
    only && fields.length === 0 ? html`<a href="#${only}">${text}</a>` : text
  }</p>${
    fields.length
      ? html`<ul>${fields.map(([name, message]) => html`<li><a href="#${name}">${say(language, message)}</a></li>`)}</ul>`
      : ''
  }</div>`;
}

/** What went wrong with one small form of a page for staff that has several: the sentence, where it happened. */
export function errorNotice(problem: Problem | undefined): HtmlSafeString | '' {
  return problem ? html`<div class="notice bad" role="alert"><p>${problem.text.zh}</p></div>` : '';
}

/** What is wrong with one field of a form. */
export function fieldError(
  language: Language,
  problem: Problem | undefined,
  name: string,
): string | undefined {
  const message = problem?.fields[name];
  return message && say(language, message);
}

/** A button: the page's one primary one, a plain one, or one that ends something. Blocked, it says why. */
export function button(options: {
  text: string;
  kind?: 'primary' | 'plain' | 'danger';
  name?: string;
  value?: string;
  blocked_by?: string | undefined;
}): HtmlSafeString {
  const { text, kind = 'primary', name, value, blocked_by } = options;
  const look = kind === 'primary' ? 'button' : `button ${kind}`;
  if (blocked_by) {
    return html`<span class="blocked"><button type="button" class="${look}" disabled>${text}</button><span class="why">${blocked_by}</span></span>`;
  }
  return html`<button type="submit" class="${look}" ${name ? html`name="${name}" value="${value ?? ''}"` : ''}>${text}</button>`;
}

/** The key of one sending of a form: sent twice, it counts once. */
export function onceField(key: string): HtmlSafeString {
  return html`<input type="hidden" name="key" value="${key}">`;
}
