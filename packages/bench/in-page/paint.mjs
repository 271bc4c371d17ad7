// Runs in the page before its own scripts: milliseconds from navigation to the largest paint so far.
new PerformanceObserver((list) => {
  globalThis.largestPaint = list.getEntries().at(-1).startTime
}).observe({ type: 'largest-contentful-paint', buffered: true })
