// Tells the page around the frame how high its content is, so that there is one scroll bar and not two.
if (window.parent !== window) {
  let told = 0;
  const tell = () => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (height === told) return;
    told = height;
    window.parent.postMessage({ type: 'shishi:height', height, path: location.pathname }, '*');
  };
  new ResizeObserver(tell).observe(document.body);
  tell();
}
