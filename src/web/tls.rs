//! HTTPS by ourselves: a certificate and its key, read from files that are looked
//! at again, so that a new pair is taken up without a stop. A new pair that cannot
//! be used leaves the one that was there.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use actix_web::web;
use rustls::crypto::{CryptoProvider, ring};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use crate::ledger::timestamp::certificate_ends;

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The largest file that is read, in bytes.
const LARGEST: u64 = 1 << 20;

/// The files of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFiles {
    /// The certificate with those that lead to its root, in PEM.
    pub certificate: PathBuf,
    /// Its private key, in PEM.
    pub key: PathBuf,
}

/// Why a pair cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("{path} cannot be read: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A file is too large to be what it should be.
    #[error("{0} is too large for a certificate or a key")]
    Large(PathBuf),
    /// A file holds something else.
    #[error("{path} holds no {what} in PEM")]
    Content {
        /// Which file.
        path: PathBuf,
        /// What it should hold.
        what: &'static str,
    },
    /// The two do not belong together, or are of a kind that is not known.
    #[error("the certificate and the key cannot be used together: {0}")]
    Pair(#[from] rustls::Error),
}

/// A certificate that is being served.
#[derive(Debug)]
pub(super) struct Certificate {
    files: CertificateFiles,
    /// What was read last, whether it could be used or not.
    seen: (Vec<u8>, Vec<u8>),
    shown: Arc<Shown>,
}

/// The pair that clients are shown.
#[derive(Debug)]
pub(super) struct Shown(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(
            &self.0.read().unwrap_or_else(PoisonError::into_inner),
        ))
    }
}

impl Shown {
    /// When the certificate ends, in milliseconds since 1970.
    pub(super) fn ends(&self) -> Option<i64> {
        let pair = self.0.read().unwrap_or_else(PoisonError::into_inner);
        certificate_ends(pair.cert.first()?)
    }
}

impl CertificateFiles {
    /// Reads the pair and sees whether it can be used; when the certificate
    /// ends, in milliseconds since 1970, as far as that can be read.
    ///
    /// # Errors
    /// When a file cannot be read, or the two do not belong together.
    pub fn check(&self) -> Result<Option<i64>, TlsError> {
        Ok(Certificate::load(self.clone())?.shown.ends())
    }

    fn read(&self) -> Result<(Vec<u8>, Vec<u8>), TlsError> {
        Ok((read(&self.certificate)?, read(&self.key)?))
    }

    fn pair(&self, (chain, key): &(Vec<u8>, Vec<u8>)) -> Result<CertifiedKey, TlsError> {
        let none = |path: &Path, what| TlsError::Content {
            path: path.to_owned(),
            what,
        };
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(chain).collect();
        let chain = chain.ok().filter(|chain| !chain.is_empty());
        let chain = chain.ok_or_else(|| none(&self.certificate, "certificate"))?;
        let key = PrivateKeyDer::from_pem_slice(key);
        let key = key.map_err(|_| none(&self.key, "private key"))?;
        Ok(CertifiedKey::from_der(chain, key, &provider())?)
    }
}

impl Certificate {
    /// Reads a pair for the first time.
    pub(super) fn load(files: CertificateFiles) -> Result<Self, TlsError> {
        let seen = files.read()?;
        let pair = Arc::new(files.pair(&seen)?);
        Ok(Self {
            files,
            seen,
            shown: Arc::new(Shown(RwLock::new(pair))),
        })
    }

    /// What clients are shown.
    pub(super) fn shown(&self) -> Arc<Shown> {
        Arc::clone(&self.shown)
    }

    /// What the server is told: TLS 1.2 and 1.3, and no client's certificate.
    pub(super) fn config(&self) -> Result<rustls::ServerConfig, TlsError> {
        let config = rustls::ServerConfig::builder_with_provider(Arc::new(provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&self.shown) as Arc<dyn ResolvesServerCert>);
        Ok(config)
    }

    /// Looks at the files for as long as the server runs.
    pub(super) async fn watch(mut self) {
        loop {
            actix_web::rt::time::sleep(LOOK_EVERY).await;
            let looked = web::block(move || {
                self.look_again();
                self
            });
            match looked.await {
                Ok(again) => self = again,
                Err(_) => return,
            }
        }
    }

    /// Takes up a new pair, if there is one that can be used. The two files are
    /// seldom written at the same moment: a pair that does not belong together
    /// yet is looked at again when one of them changes.
    fn look_again(&mut self) {
        let read = match self.files.read() {
            Ok(read) if read == self.seen => return,
            Ok(read) => read,
            // It is being written; what was there is served on.
            Err(error) => {
                tracing::debug!(%error, "the certificate cannot be read");
                return;
            }
        };
        match self.files.pair(&read) {
            Ok(pair) => {
                let mut shown = self.shown.0.write().unwrap_or_else(PoisonError::into_inner);
                *shown = Arc::new(pair);
                tracing::warn!("a new certificate is served");
            }
            Err(error) => {
                tracing::error!("{error}; the one before is served on");
            }
        }
        self.seen = read;
    }
}

fn provider() -> CryptoProvider {
    ring::default_provider()
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    let failed = |source| TlsError::File {
        path: path.to_owned(),
        source,
    };
    if fs::metadata(path).map_err(failed)?.len() > LARGEST {
        return Err(TlsError::Large(path.to_owned()));
    }
    fs::read(path).map_err(failed)
}
