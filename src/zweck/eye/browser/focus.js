// The names of the elements from the root to the one that has the focus. Never a promise: a page that is left while it
// waits is frozen, not ended, and would be waited for in vain.
() => {
  const names = [];
  for (let at = document.activeElement; at; at = at.parentElement) names.unshift(at.localName);
  return names;
}
