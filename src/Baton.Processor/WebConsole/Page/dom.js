// Elements, made and brought up to date in place: focus, selection and scrolling stay where they are. Text is only ever set as text.

const svgSpace = 'http://www.w3.org/2000/svg';

export const byId = id => document.getElementById(id);

/** An element with attributes and children; a child is an element or a text. */
export function el(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** The same of SVG. */
export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(svgSpace, name), attributes, children);
}

function fill(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) setAttribute(node, key, value);
  node.append(...children.filter(child => child !== null && child !== undefined && child !== ''));
  return node;
}

/** Sets an attribute where it differs; null takes it away. */
export function setAttribute(node, key, value) {
  if (value === null || value === undefined || value === false) node.removeAttribute(key);
  else if (node.getAttribute(key) !== String(value)) node.setAttribute(key, value === true ? '' : value);
}

/** Sets the text where it differs. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * Has a parent's children be those of a list, in its order: an element is made once for each key, and brought up to date from then on.
 */
export function keyed(parent, items, keyOf, make, update) {
  const known = new Map([...parent.children].map(node => [node.dataset.key, node]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    let node = known.get(key);
    known.delete(key);
    if (!node) {
      node = make(item);
      node.dataset.key = key;
    }
    if (node === place) place = place.nextElementSibling;
    else parent.insertBefore(node, place);
    update(node, item);
  }
  for (const node of known.values()) node.remove();
}

/** Replaces what is in a node if what it is made from has changed. */
export function redraw(node, from, make) {
  const stamp = JSON.stringify(from);
  if (node.dataset.from === stamp) return;
  node.dataset.from = stamp;
  node.replaceChildren(...[make()].flat());
}
