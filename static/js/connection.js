// Whether the service can be reached, shown in the bar; and the worker that lets the page open without it.
// Hears `unreachable` of a call that found nobody, and says `reachable` when somebody is there again.

import { $, toast } from './dom.js';

const AGAIN = 3000; // ms between looks while nobody is there

let lost = false;
let looking = false;

async function look() {
  if (looking) return;
  looking = true;
  const found = navigator.onLine && (await answers());
  looking = false;
  if (found === lost) tell(!found);
  if (lost) setTimeout(look, AGAIN);
}

// Any answer will do, even an error: somebody is there.
const answers = () =>
  fetch('healthz', { cache: 'no-store', signal: AbortSignal.timeout(AGAIN) }).then(
    () => true,
    () => false,
  );

function tell(isLost) {
  lost = isLost;
  const badge = $('#connection');
  badge.hidden = !lost;
  badge.textContent = navigator.onLine ? 'Not connected' : 'Offline';
  if (lost) {
    toast(`${navigator.onLine ? 'The reader cannot be reached.' : 'You are offline.'} What you write is kept.`);
  } else {
    toast('Connected again.');
    dispatchEvent(new Event('reachable'));
  }
}

export function watchConnection() {
  for (const name of ['online', 'offline', 'unreachable']) addEventListener(name, look);
  addEventListener('load', () => {
    look();
    // There is none where the page is not secure.
    navigator.serviceWorker?.register('sw.js').catch(() => {});
  });
}
