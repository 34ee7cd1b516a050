// Says what does not fit on the page as it is on screen: text and controls that are cut off, stick out of the
// window, or lie over one another. What is hidden on purpose, or scrolls, is not cut off.
() => {
  const wrong = [];
  const overlays = ['dialog[open]', '.symbol-card:not([hidden])', '.menu:not([hidden])'];
  const inside = (name) => [...document.querySelectorAll(name)].filter((each) => each.checkVisibility()).at(-1);
  const root = inside('dialog[open] .symbol-card:not([hidden])') ?? overlays.map(inside).find(Boolean) ?? document.body;
  const hiddenOnPurpose = '.unseen, .skip, .glyph-loose, .icon-sheet, option, noscript, [popover], .dots';
  const name = (e) => e.ariaLabel || e.innerText?.trim().slice(0, 40) || e.id || e.className;
  const within = (element) => {
    const found = [];
    for (let e = element; e && e !== document.documentElement; e = e.parentElement) found.push(e);
    return found;
  };
  const seen = (e) =>
    e.checkVisibility({ visibilityProperty: true }) &&
    !e.closest(hiddenOnPurpose) &&
    within(e).every((each) => getComputedStyle(each).clipPath === 'none');

  const scrolls = (overflow) => ['auto', 'scroll'].includes(overflow);

  // The part of a rectangle that no scrolling box hides at the moment.
  function shown(rect, element) {
    const part = { left: rect.left, top: rect.top, right: rect.right, bottom: rect.bottom };
    for (const e of within(element)) {
      const { overflowX, overflowY } = getComputedStyle(e);
      const box = e.getBoundingClientRect();
      if (scrolls(overflowX)) [part.left, part.right] = [Math.max(part.left, box.left), Math.min(part.right, box.right)];
      if (scrolls(overflowY)) [part.top, part.bottom] = [Math.max(part.top, box.top), Math.min(part.bottom, box.bottom)];
    }
    return part;
  }

  // How far a rectangle sticks out of the window or of a box that cuts it off, where it cannot be scrolled to.
  function cut(rect, element) {
    const box = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
    const free = { x: false, y: false };
    for (const e of within(element)) {
      const style = getComputedStyle(e);
      const clip = e.getBoundingClientRect();
      free.x ||= scrolls(style.overflowX);
      free.y ||= scrolls(style.overflowY) || style.webkitLineClamp !== 'none';
      if (!free.x && style.overflowX !== 'visible')
        [box.left, box.right] = [Math.max(box.left, clip.left), Math.min(box.right, clip.right)];
      if (!free.y && style.overflowY !== 'visible')
        [box.top, box.bottom] = [Math.max(box.top, clip.top), Math.min(box.bottom, clip.bottom)];
    }
    const across = free.x ? [] : [box.left - rect.left, rect.right - box.right];
    const along = free.y ? [] : [box.top - rect.top, rect.bottom - box.bottom];
    const over = Math.max(0, ...across, ...along);
    return over > 2 && Math.round(over);
  }

  // Controls: inside, reachable, and shown whole.
  for (const e of root.querySelectorAll('button, input, select, summary, a')) {
    if (!seen(e) || e.type === 'file') continue;
    e.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    const rect = e.getBoundingClientRect();
    if (rect.width < 2) continue;
    const over = cut(rect, e);
    if (over) wrong.push(`${name(e)} is cut off: ${over}`);
    if (!e.matches('.glyph, .spot, .picture-box') && Math.min(rect.width, rect.height) < 24)
      wrong.push(`${name(e)} is small: ${rect.width} × ${rect.height}`);
    const hit = document.elementFromPoint(rect.left + rect.width / 2, rect.top + rect.height / 2);
    if (!e.matches(':disabled, .glyph') && hit && !e.contains(hit) && !hit.contains(e) && !hit.closest('.unseen'))
      wrong.push(`${name(e)} lies under ${name(hit)}`);
    if (e.matches('select')) {
      const whole = e.cloneNode(true);
      whole.style.cssText = 'position: absolute; max-width: none; width: max-content';
      e.parentElement.append(whole);
      if (whole.offsetWidth > e.offsetWidth + 1) wrong.push(`${name(e)} shows ${e.offsetWidth} of ${whole.offsetWidth}`);
      whole.remove();
    }
  }

  // Text: shown whole, and not on other text.
  const words = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || !seen(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      if (rect.width < 2) continue;
      const over = !parent.closest('math') && cut(rect, parent);
      if (over) wrong.push(`"${node.data.trim().slice(0, 40)}" is cut off: ${over}`);
      const part = shown(rect, parent);
      if (part.right - part.left > 2 && part.bottom - part.top > 2) words.push({ node, parent, rect: part });
    }
  }
  const layer = ({ parent }) => parent.closest('.panel, .desk, .feedback, .practice-foot, .bar, .findings, dialog');
  words.forEach((a, i) => {
    for (const b of words.slice(i + 1)) {
      if (a.node === b.node || (a.parent.closest('math') && a.parent.closest('math') === b.parent.closest('math'))) continue;
      if (layer(a) !== layer(b) && [a, b].some(({ parent }) => parent.closest('.panel, .hint, .findings'))) continue;
      const x = Math.min(a.rect.right, b.rect.right) - Math.max(a.rect.left, b.rect.left);
      const y = Math.min(a.rect.bottom, b.rect.bottom) - Math.max(a.rect.top, b.rect.top);
      const lower = Math.min(...[a, b].map(({ rect }) => rect.bottom - rect.top));
      if (x > 2 && y > 0.35 * lower)
        wrong.push(`"${a.node.data.trim().slice(0, 30)}" on "${b.node.data.trim().slice(0, 30)}": ${x} × ${y}`);
    }
  });
  if (document.documentElement.scrollLeft || document.body.scrollLeft) wrong.push('the page scrolled sideways');
  return [...new Set(wrong)];
}
