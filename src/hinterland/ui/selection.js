/* The frame of the map, and the only thing said between it and the page: which market is looked at. */
const listening = new WeakMap(); // frame -> what ends its last listening

export default function ({ data, parentElement, setTriggerValue }) {
  const frame = parentElement.querySelector("iframe");
  // a sandboxed page has no origin that could be named as the target
  const tell = () => frame.contentWindow.postMessage({ type: "hinterland:select", market: data.market, lens: data.lens }, "*");
  const hear = ({ source, origin, data: said }) => {
    if (source !== frame.contentWindow || origin !== "null" || !said || said.type !== "hinterland:select") return;
    if (said.market === null || typeof said.market === "string") setTriggerValue("chosen", { market: said.market });
  };
  listening.get(frame)?.abort();
  const until = new AbortController();
  listening.set(frame, until);
  window.addEventListener("message", hear, { signal: until.signal });
  frame.addEventListener("load", tell, { signal: until.signal });
  frame.title = data.title;
  frame.style.height = `${data.height}px`;
  if (frame.dataset.address === data.address) tell();
  else {
    frame.dataset.address = data.address;
    frame.src = `${data.address}#panel=off`;
  }
  return () => until.abort();
}
