// One stop of the tab key for a whole toolbar; arrow keys, Home and End walk inside it.

/** Makes the buttons of a toolbar walk. A button that goes dead under the focus hands it to its neighbour. */
export function rove(toolbar) {
  const buttons = [...toolbar.querySelectorAll('button')];
  const alive = () => buttons.filter((each) => !each.disabled);
  let stop = buttons[0];
  let held = false; // whether the focus is in the toolbar

  function stopAt(button) {
    stop = button;
    for (const each of buttons) each.tabIndex = each === stop ? 0 : -1;
  }

  toolbar.addEventListener('focusin', ({ target }) => {
    if (!buttons.includes(target)) return;
    stopAt(target);
    held = true;
  });
  toolbar.addEventListener('focusout', ({ target }) => {
    held = target.disabled; // taken from it, not given up
  });
  toolbar.addEventListener('keydown', (event) => {
    const stops = alive();
    const at = stops.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: stops.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    stops[(to + stops.length) % stops.length].focus();
  });
  new MutationObserver(() => {
    if (!stop.disabled) return;
    const far = (each) => Math.abs(buttons.indexOf(each) - buttons.indexOf(stop));
    stopAt(alive().sort((a, b) => far(a) - far(b))[0]);
    if (held) stop.focus();
  }).observe(toolbar, { attributes: true, attributeFilter: ['disabled'], subtree: true });
  stopAt(alive()[0]);
}
