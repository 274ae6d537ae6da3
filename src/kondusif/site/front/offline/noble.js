// Ed25519 and SHA-256 for browsers that lack them (audited: @noble/curves, @noble/hashes). Fetched only where needed.
export { ed25519 } from "@noble/curves/ed25519.js";
export { sha256 } from "@noble/hashes/sha2.js";
