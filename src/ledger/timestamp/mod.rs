//! RFC 3161 timestamps: an authority signs that something existed before a
//! moment of its clock.
//!
//! What is stamped here is a checkpoint as the desk alone signed it: the bytes
//! of its signed note, the text, the blank line and the one signature line of
//! the desk, without cosignatures, which come later and vary. [`request`] makes
//! the question about them, and [`verify`] believes an answer only when it is
//! about these bytes, answers that question, is signed by a key that serves
//! nothing but timestamping, and leads to one of the [`Roots`] that somebody
//! chose. Certificates in the answer are never trusted, only used on the way.
//!
//! It must not know who was asked, nor how; it reads no clock. Everything in an
//! answer is foreign: it is read as strict DER, bounded in bytes, certificates
//! and attributes, and never by calling oneself.

mod algorithm;
mod answer;
mod certificate;
mod error;
mod fields;
mod info;
mod moment;
mod request;
mod roots;
mod token;
mod verify;

pub use self::answer::MAX_BYTES;
pub use self::certificate::certificate_ends;
pub use self::error::StampError;
pub use self::request::{Nonce, request};
pub use self::roots::{Roots, RootsError};
pub use self::token::MAX_CERTIFICATES;
pub use self::verify::{Stamp, read, verify};
