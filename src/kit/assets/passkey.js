// Passkeys need the browser's help, so this is the one page script. Without it, passwords and codes do all there is.
const { startAuthentication, startRegistration, browserSupportsWebAuthn } =
  window.SimpleWebAuthnBrowser ?? {};
const base = '/sign-in/auth/passkey';

async function ask(path, body) {
  const response = await fetch(base + path, {
    method: body ? 'POST' : 'GET',
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

const ways = {
  async 'sign-in'(place) {
    const optionsJSON = await ask('/generate-authenticate-options');
    await ask('/verify-authentication', { response: await startAuthentication({ optionsJSON }) });
    location.assign(place.dataset.with || '/console');
  },
  async add(place) {
    const optionsJSON = await ask('/generate-register-options');
    await ask('/verify-registration', {
      response: await startRegistration({ optionsJSON }),
      name: place.dataset.with,
    });
    location.reload();
  },
};

for (const place of document.querySelectorAll('[data-passkey]')) {
  if (!browserSupportsWebAuthn?.()) continue;
  place.hidden = false;
  place.querySelector('button').addEventListener('click', async () => {
    try {
      await ways[place.dataset.passkey](place);
    } catch {
      place.querySelector('.error').textContent = place.dataset.failed;
    }
  });
}
