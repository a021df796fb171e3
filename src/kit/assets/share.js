// Passing a page on by the device's own way, and printing it. Without scripts its address and its code are there to be used.
for (const place of document.querySelectorAll('[data-share]')) {
  place.hidden = false;
  place.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-do]');
    if (!button) return;
    if (button.dataset.do === 'print') {
      window.print();
      return;
    }
    const { share: url, copied } = place.dataset;
    if (navigator.share) {
      await navigator.share({ title: document.title, url }).catch(() => {});
      return;
    }
    await navigator.clipboard?.writeText(url).then(
      () => {
        button.textContent = copied;
      },
      () => {},
    );
  });
}
