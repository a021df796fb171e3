import { type HtmlSafeString, html } from '@prairielearn/html';
import { assets } from '../kit/assets.ts';
import { type Message, say } from '../kit/i18n.ts';
import type { View } from '../kit/page.ts';
import { button, errorSummary, fieldError, textField } from '../kit/parts/form.ts';
import type { Problem } from '../kit/problem.ts';
import type { StaffApp } from './staff-apps.ts';
import { words } from './words.ts';

/** The form of login and password, with the other ways to sign in. */
export function passwordForm(
  view: View,
  { apps, passkeys }: { apps: readonly StaffApp[]; passkeys: boolean },
  { login, back, problem }: { login: string; back: string; problem?: Problem },
): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  return html`${errorSummary(view.language, problem)}
<form method="post" action="/sign-in" class="stack"><input type="hidden" name="back" value="${back}">
${textField({ name: 'login', label: t(words.login), maxlength: 100, value: login, autocomplete: 'username webauthn' })}
${textField({
  name: 'password',
  label: t(words.password),
  value: '',
  type: 'password',
  autocomplete: 'current-password',
})}
${button({ text: t(words.sign_in_button) })}</form>
${
  passkeys
    ? passkeyButton({ way: 'sign-in', text: t(words.passkey), failed: t(words.passkey_failed), with: back })
    : ''
}
${
  apps.length
    ? html`<h2>${t(words.or)}</h2><ul class="list">${apps.map((app) => html`<li><a href="/sign-in/app/${app.id}">${t(app.title)}</a></li>`)}</ul>`
    : ''
}
<p class="hint">${t(words.no_account)}</p>`;
}

/** The form of a one-time code. */
export function codeForm(view: View, action: string, back: string, problem?: Problem): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  return html`${errorSummary(view.language, problem)}
<form method="post" action="${action}" class="stack"><input type="hidden" name="back" value="${back}">
${textField({
  name: 'code',
  label: t(words.code),
  maxlength: 40,
  hint: t(words.code_hint),
  value: '',
  autocomplete: 'one-time-code',
  error: fieldError(view.language, problem, 'code'),
})}
${button({ text: t(words.confirm) })}</form>`;
}

/** The form of a one-time link: a new password, or a button to enter. */
export function linkForm(
  view: View,
  token: string,
  link: { purpose: 'setup' | 'demonstration'; name: string; login: string },
  problem?: Problem,
): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  const fields =
    link.purpose === 'setup'
      ? html`<input type="hidden" name="username" autocomplete="username" value="${link.login}">
${textField({
  name: 'password',
  label: t(words.new_password),
  hint: t(words.password_hint),
  value: '',
  type: 'password',
  autocomplete: 'new-password',
  error: fieldError(view.language, problem, 'password'),
})}`
      : '';
  return html`<p class="lead">${link.name}</p>${errorSummary(view.language, problem)}
<form method="post" action="/sign-in/link/${token}" class="stack">${fields}
${button({ text: t(link.purpose === 'setup' ? words.link_setup : words.enter) })}</form>`;
}

/** The form that begins to set a second factor. */
export function beginForm(view: View, problem?: Problem): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  return html`<p class="lead">${t(words.set_second_factor_begin)}</p>${errorSummary(view.language, problem)}
<form method="post" action="/account/second-factor" class="stack">${textField({
    name: 'password',
    label: t(words.current_password),
    value: '',
    type: 'password',
    autocomplete: 'current-password',
  })}${button({ text: t(words.begin) })}</form>`;
}

/** A button for passkeys with its script: a browser that knows no passkeys, or no scripts, shows nothing of them. */
export function passkeyButton(options: {
  way: 'sign-in' | 'add';
  text: string;
  failed: string;
  /** Where to go after signing in, or the name of the passkey to be added. */
  with: string;
}): HtmlSafeString {
  const { way, text, failed } = options;
  return html`<div class="other-ways" data-passkey="${way}" data-with="${options.with}" data-failed="${failed}" hidden><button type="button" class="button plain">${text}</button><p class="error" role="alert"></p></div>
<script src="${assets.webauthn.url}" defer></script><script src="${assets.passkey.url}" defer></script>`;
}
