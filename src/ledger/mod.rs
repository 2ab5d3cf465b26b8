//! The arithmetic of a log that strangers can verify.
//!
//! Everything here is pure: bytes in, hashes, proofs and verdicts on them out.
//! It must not know anything of ours, not even `domain`: an outsider may lift
//! this folder into a verifier of their own. It follows published formats only:
//! RFC 6962 and RFC 9162 for the tree and its proofs, and the C2SP texts
//! signed-note, tlog-checkpoint, tlog-tiles, tlog-proof, tlog-cosignature,
//! tlog-witness and tlog-policy for what is signed, served and handed out, and
//! W3C Web Authentication for what people sign.

pub mod assertion;
pub mod checkpoint;
pub mod cosignature;
pub mod hash;
pub mod key;
pub mod note;
pub mod parting;
pub mod policy;
pub mod proof;
pub mod receipt;
pub mod submission;
pub mod succession;
pub mod tile;
pub mod tiled;
pub mod timestamp;
pub mod tree;
