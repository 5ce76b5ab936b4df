/* Elements made from data: values become text or attributes, never markup. */
const byId = (id) => document.getElementById(id);
const read = (key) => JSON.parse(byId(`hinterland-${key}`).textContent);
async function unpack(key) {
  const text = atob(byId(`hinterland-${key}`).textContent), bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(plain).text());
}
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  return dress(element, attributes, children);
}
function draw(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  return dress(element, attributes, children);
}
function dress(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}
const named = (tag, text, kind = "") => make(tag, { dir: "auto", class: kind }, String(text));
