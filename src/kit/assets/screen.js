// The big screen asks for its picture again by itself, and keeps the last one while the server is away.
const main = document.querySelector('main');
const away = document.querySelector('.away');
const every = Number(main.dataset.refresh) * 1000;
let last = new Date();

function told(message) {
  away.hidden = message === '';
  away.textContent = message;
}

async function ask() {
  try {
    const answer = await fetch(location.href, { cache: 'no-store' });
    if (answer.redirected) throw new Error('signed out');
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const next = page.querySelector('main');
    if (next && next.innerHTML !== main.innerHTML) main.innerHTML = next.innerHTML;
    last = new Date();
    told('');
  } catch (error) {
    const time = last.toLocaleString('zh-CN', {
      month: 'long',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
    });
    const why = error.message === 'signed out' ? '登录已过期，请重新登录' : '与服务器的连接中断';
    told(`${why}；画面停在 ${time}`);
  }
}

setInterval(ask, every);
addEventListener('online', ask);
