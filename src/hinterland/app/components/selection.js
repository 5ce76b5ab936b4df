/* The frame of the map, and all that is said between it and the page: it is ready, and which market is looked at. */
const ROW = 35; // pixels, of a table's row and of its head
const listening = new WeakMap(); // frame -> what ends its last listening

function reveal(row) {
  const scroller = document.querySelector('[data-testid="stDataFrame"] .dvn-scroller');
  if (!scroller || row === null) return;
  const top = row * ROW, seen = scroller.clientHeight - 2 * ROW;
  if (top < scroller.scrollTop || top > scroller.scrollTop + seen) scroller.scrollTop = Math.max(0, top - seen / 2);
}

export default function ({ data, parentElement, setTriggerValue }) {
  const frame = parentElement.querySelector("iframe");
  // a sandboxed page has no origin that could be named as the target
  const tell = () => {
    frame.contentWindow.postMessage({ type: "hinterland:select", market: data.market, benchmark: data.benchmark }, "*");
    frame.contentWindow.postMessage({ type: "hinterland:sift", filter: data.filter }, "*");
  };
  const hear = ({ source, origin, data: said }) => {
    if (source !== frame.contentWindow || origin !== "null" || !said) return;
    if (said.type === "hinterland:ready") tell();
    if (said.type === "hinterland:select" && (said.market === null || typeof said.market === "string")) setTriggerValue("chosen", { market: said.market });
  };
  listening.get(frame)?.abort();
  const until = new AbortController();
  listening.set(frame, until);
  window.addEventListener("message", hear, { signal: until.signal });
  frame.title = data.title;
  frame.style.height = `${data.height}px`;
  if (frame.dataset.address === data.address) tell();
  else {
    frame.dataset.address = data.address;
    frame.src = `${data.address}#panel=off`;
  }
  // the table takes its new height first
  const soon = setTimeout(reveal, 300, data.row);
  return () => { until.abort(); clearTimeout(soon); };
}
