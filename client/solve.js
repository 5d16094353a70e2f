/**
 * The little work that a form asks for when very much arrives: the number whose hash is the one told (altcha's way).
 * "" where there is none, or where the page may not hash (it does not come by https).
 * @param {{algorithm: string, challenge: string, maxNumber: number, salt: string, signature: string}} asked
 */
export async function solve({ algorithm, challenge, maxNumber, salt, signature }) {
  const many = 400; // at once: each answer comes by a turn of the loop, and the page stays alive in between
  if (!crypto.subtle) return "";
  for (let first = 0; first <= maxNumber; first += many) {
    const numbers = Array.from({ length: many }, (_, n) => first + n);
    const hashes = await Promise.all(numbers.map((number) => hash(salt + number)));
    const place = hashes.indexOf(challenge);
    if (place >= 0) return btoa(JSON.stringify({ algorithm, challenge, number: first + place, salt, signature }));
  }
  return "";
}

/** @param {string} text */
async function hash(text) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
