/* The frame of the map, and all that is said between it and the page: it is ready, and which market is looked at. */
const listening = new WeakMap(); // frame -> what ends its last listening

// a market chosen elsewhere on the page: the map and the card beside it come into sight
function reveal(frame) {
  const { top, bottom } = frame.getBoundingClientRect();
  if (top < 0 || bottom > window.innerHeight) frame.scrollIntoView({ block: "start", behavior: "instant" });
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
    if (said.type === "hinterland:select" && (said.market === null || typeof said.market === "string")) {
      frame.dataset.market = said.market ?? "";
      setTriggerValue("chosen", { market: said.market });
    }
  };
  listening.get(frame)?.abort();
  const until = new AbortController();
  listening.set(frame, until);
  window.addEventListener("message", hear, { signal: until.signal });
  frame.title = data.title;
  // a phone keeps half its screen for the card under the map
  frame.style.height = window.innerWidth <= 640 ? "50svh" : `min(${data.height}px, 100svh - 6rem)`;
  if (data.top && frame.dataset.address === undefined) document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
  const before = frame.dataset.market, market = data.market ?? "";
  frame.dataset.market = market;
  if (frame.dataset.address === data.address) tell();
  else {
    frame.dataset.address = data.address;
    frame.src = `${data.address}#panel=off`;
  }
  // what stands beside the map takes its new height first
  const soon = market && before !== undefined && before !== market ? setTimeout(reveal, 300, frame) : null;
  return () => { until.abort(); clearTimeout(soon); };
}
