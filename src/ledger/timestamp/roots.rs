//! The certificates that somebody chose to trust for an authority.

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, TrustAnchor};

use super::certificate::Certificate;
use super::moment::Moment;

/// The most roots of one authority.
const MOST: usize = 32;

/// The largest file of roots that is read, in bytes.
const MOST_BYTES: usize = 1_000_000;

/// Certificates that are trusted for one authority. They come from whoever
/// runs the desk or checks it, never from a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roots(Vec<CertificateDer<'static>>);

/// Why a file of roots cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RootsError {
    /// There is no certificate in it.
    #[error("there is no certificate in it; it needs one, from -----BEGIN CERTIFICATE----- on")]
    None,
    /// There are more than anybody needs.
    #[error(
        "it holds more than {MOST} certificates or {MOST_BYTES} bytes; keep those of this authority"
    )]
    TooMany,
    /// Something in it is not in order.
    #[error("certificate {0} in it cannot be read; take the file from the authority again")]
    Unreadable(usize),
}

impl Roots {
    /// Reads certificates in PEM, as authorities publish their roots.
    ///
    /// ```
    /// use citekeep::ledger::timestamp::{Roots, RootsError};
    /// assert_eq!(Roots::from_pem(b"no certificate"), Err(RootsError::None));
    /// ```
    pub fn from_pem(text: &[u8]) -> Result<Self, RootsError> {
        if text.len() > MOST_BYTES {
            return Err(RootsError::TooMany);
        }
        let mut found = Vec::new();
        for certificate in CertificateDer::pem_slice_iter(text) {
            let number = found.len() + 1;
            let certificate = certificate.map_err(|_| RootsError::Unreadable(number))?;
            let is_good = Certificate::read(&certificate).is_ok()
                && webpki::anchor_from_trusted_cert(&certificate).is_ok();
            if !is_good {
                return Err(RootsError::Unreadable(number));
            }
            if number > MOST {
                return Err(RootsError::TooMany);
            }
            found.push(certificate);
        }
        if found.is_empty() {
            return Err(RootsError::None);
        }
        Ok(Self(found))
    }

    /// How many there are.
    ///
    /// ```
    /// use citekeep::ledger::timestamp::Roots;
    /// # let pem = include_bytes!(concat!(
    /// #     env!("CARGO_MANIFEST_DIR"), "/tests/it/golden/timestamp/root.pem"));
    /// assert_eq!(Roots::from_pem(pem)?.count(), 1);
    /// # Ok::<(), citekeep::ledger::timestamp::RootsError>(())
    /// ```
    pub const fn count(&self) -> usize {
        self.0.len()
    }

    /// The roots as the check of a path takes them, those alone that were
    /// valid at a moment or, without one, all.
    pub(super) fn anchors(&self, at: Option<Moment>) -> Vec<TrustAnchor<'_>> {
        let was_valid = |der: &CertificateDer<'_>| {
            let Some(at) = at else { return true };
            let valid = Certificate::read(der).map(|certificate| certificate.valid);
            valid.is_ok_and(|(from, to)| from <= at && at <= to)
        };
        let valid = self.0.iter().filter(|der| was_valid(der));
        valid
            .filter_map(|der| webpki::anchor_from_trusted_cert(der).ok())
            .collect()
    }
}
