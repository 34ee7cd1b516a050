// The service's REST contract seen from the page: one call, what can go wrong in words a person can use,
// and patience with failures that pass.

const STARTED_LATE = 1500; // ms after which a call is reported as slow

/** A call that failed. `kind`: offline, unreachable, slow, overloaded, missing, refused or broken. */
export class ServiceError extends Error {
  constructor(kind, message, { status = 0, code = '', retryAfter = 0 } = {}) {
    super(message);
    Object.assign(this, { kind, status, code, retryAfter });
  }

  /** Whether the same call may succeed later. */
  get passes() {
    return ['offline', 'unreachable', 'slow', 'overloaded'].includes(this.kind);
  }
}

const WORDS = {
  no_ink: 'There is nothing to read here yet.',
  image_unreadable: 'This picture cannot be opened. A PNG, JPEG, WebP, BMP or TIFF works.',
  image_too_large: 'This picture has too many pixels. A smaller one works.',
  payload_too_large: 'This is too large to send.',
  unsupported_media_type: 'This kind of file cannot be read. A PNG, JPEG, WebP, BMP or TIFF works.',
  strokes_invalid: 'This ink cannot be read as it is.',
  notation_invalid: 'The chosen notation does not fit this ink.',
};

/**
 * Posts to the service: `body` is a FormData or something for JSON. Answers the reply's JSON.
 * Throws ServiceError, or the signal's AbortError.
 */
export async function post(path, body, { signal, timeout = 20000, onSlow } = {}) {
  const form = body instanceof FormData;
  const late = AbortSignal.timeout(timeout);
  const slow = onSlow && setTimeout(onSlow, STARTED_LATE);
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: form
        ? { Accept: 'application/json' }
        : { Accept: 'application/json', 'Content-Type': 'application/json' },
      body: form ? body : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, late]) : late,
    });
    if (!response.ok) throw await failure(response);
    return await response.json();
  } catch (error) {
    if (error instanceof ServiceError || signal?.aborted) throw error;
    if (late.aborted) throw new ServiceError('slow', 'The reader takes too long.');
    dispatchEvent(new Event('unreachable'));
    if (!navigator.onLine) throw new ServiceError('offline', 'You are offline.');
    throw new ServiceError('unreachable', 'The reader cannot be reached.');
  } finally {
    clearTimeout(slow);
  }
}

async function failure(response) {
  const problem = await response.json().catch(() => ({}));
  const { status } = response;
  const known = { status, code: problem.code ?? '', retryAfter: Number(response.headers.get('Retry-After')) || 0 };
  if ([429, 502, 503, 504].includes(status)) return new ServiceError('overloaded', 'The reader is busy.', known);
  if (status === 404) return new ServiceError('missing', 'This server does not offer that.', known);
  if (status >= 500) return new ServiceError('broken', 'The reader stumbled over this.', known);
  const words = WORDS[known.code] ?? problem.detail ?? problem.title ?? 'The reader refused this.';
  return new ServiceError('refused', String(words), known);
}

/** Like post, but tries again while the failure may pass; `onWait(error, seconds)` hears of each pause. */
export async function postPatiently(path, body, options = {}) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await post(path, body, options);
    } catch (error) {
      if (!(error instanceof ServiceError) || !error.passes) throw error;
      const seconds = Math.max(error.retryAfter, Math.min(10, 2 ** attempt / 2));
      options.onWait?.(error, seconds);
      await pause(seconds * 1000, options.signal);
    }
  }
}

// Ends early when the network comes back or the page is looked at again.
function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const done = new AbortController();
    const finish = (settle, value) => {
      clearTimeout(timer);
      done.abort();
      settle(value);
    };
    const timer = setTimeout(() => finish(resolve), ms);
    for (const name of ['online', 'reachable'])
      addEventListener(name, () => finish(resolve), { signal: done.signal });
    signal?.addEventListener('abort', () => finish(reject, signal.reason), { signal: done.signal });
  });
}
