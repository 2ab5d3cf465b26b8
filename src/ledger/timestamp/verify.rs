//! Believing an answer: everything that RFC 3161 wants looked at, in order.

use rustls_pki_types::CertificateDer;
use webpki::{EndEntityCert, KeyUsage};

use super::algorithm;
use super::answer;
use super::certificate::{Certificate, TIME_STAMPING};
use super::info::Info;
use super::moment::Moment;
use super::token::Token;
use super::{Nonce, Roots, StampError};

use sha2::{Digest as _, Sha256};

/// `id-kp-timeStamping` as the check of a path takes it.
const USAGE: &[u8] = TIME_STAMPING.as_bytes();

/// A timestamp whose signature is right. Whose signature it is says
/// [`Stamp::trust`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    at: Moment,
    accuracy: Option<u64>,
    serial: String,
    policy: String,
    signer: CertificateDer<'static>,
    others: Vec<CertificateDer<'static>>,
}

/// Reads an answer about `message` and checks everything but whether the
/// signer is trusted: the status, the imprint, the nonce where the question is
/// known, the signer's purpose, the signed attributes and the signature.
///
/// ```
/// use citekeep::ledger::timestamp::{StampError, read};
/// # let root = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/golden/timestamp/");
/// # let (answer, note) = (std::fs::read(format!("{root}answer.tsr"))?, std::fs::read(format!("{root}note"))?);
/// assert_eq!(read(&answer, &note, None)?.at(), 1_798_761_600_000);
/// assert_eq!(read(&answer, b"other bytes", None), Err(StampError::WrongImprint));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read(answer: &[u8], message: &[u8], nonce: Option<Nonce>) -> Result<Stamp, StampError> {
    let token = Token::read(answer::token(answer)?)?;
    let info = Info::read(token.content)?;
    if info.imprint != Sha256::digest(message).as_slice() {
        return Err(StampError::WrongImprint);
    }
    if nonce.is_some_and(|nonce| info.nonce != Some(nonce.integer().as_slice())) {
        return Err(StampError::WrongNonce);
    }
    let certificate = token.signer.certificate(&token.certificates)?;
    certificate.serves_timestamping_alone()?;
    token.signer.check_attributes(token.content, &certificate)?;
    check_signature(&token, &certificate)?;
    let others = token.certificates.iter();
    let others = others.filter(|other| **other != certificate.der);
    Ok(Stamp {
        at: info.at,
        accuracy: info.accuracy,
        serial: hex::encode(info.serial),
        policy: info.policy,
        signer: CertificateDer::from(certificate.der.to_vec()),
        others: others
            .map(|other| CertificateDer::from(other.to_vec()))
            .collect(),
    })
}

/// Reads an answer about `message` and checks everything: as [`read`] does,
/// and that the signer's certificate led to one of the roots when the
/// timestamp was made.
///
/// ```
/// use citekeep::ledger::timestamp::{Roots, verify};
/// # let root = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/golden/timestamp/");
/// # let file = |name: &str| std::fs::read(format!("{root}{name}"));
/// # let (answer, note, pem) = (file("answer.tsr")?, file("note")?, file("root.pem")?);
/// let stamp = verify(&answer, &note, None, &Roots::from_pem(&pem)?)?;
/// assert_eq!(stamp.at(), 1_798_761_600_000);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn verify(
    answer: &[u8],
    message: &[u8],
    nonce: Option<Nonce>,
    roots: &Roots,
) -> Result<Stamp, StampError> {
    let stamp = read(answer, message, nonce)?;
    stamp.trust(roots)?;
    Ok(stamp)
}

fn check_signature(token: &Token<'_>, certificate: &Certificate<'_>) -> Result<(), StampError> {
    let der = CertificateDer::from(certificate.der);
    let signer = EndEntityCert::try_from(&der).map_err(chain)?;
    let by = (&token.signer.by, token.signer.digest);
    let signed = token.signer.signed_bytes();
    algorithm::check(&signer, by, &signed, token.signer.signature)
}

impl Stamp {
    /// When the authority says that it stamped, in milliseconds since 1970: the
    /// bytes existed before.
    ///
    /// ```
    /// # let root = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/golden/timestamp/");
    /// # let (answer, note) = (std::fs::read(format!("{root}answer.tsr"))?, std::fs::read(format!("{root}note"))?);
    /// let stamp = citekeep::ledger::timestamp::read(&answer, &note, None)?;
    /// assert_eq!(stamp.at(), 1_798_761_600_000);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn at(&self) -> i64 {
        self.at.as_millis()
    }

    /// By how much the authority's clock may be wrong, in milliseconds; nothing
    /// where it does not say.
    ///
    /// ```
    /// # let root = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/golden/timestamp/");
    /// # let (answer, note) = (std::fs::read(format!("{root}answer.tsr"))?, std::fs::read(format!("{root}note"))?);
    /// let stamp = citekeep::ledger::timestamp::read(&answer, &note, None)?;
    /// assert_eq!(stamp.accuracy(), Some(1_500));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn accuracy(&self) -> Option<u64> {
        self.accuracy
    }

    /// The number that the authority gave the timestamp, in hexadecimal.
    ///
    /// ```
    /// # let root = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/golden/timestamp/");
    /// # let (answer, note) = (std::fs::read(format!("{root}answer.tsr"))?, std::fs::read(format!("{root}note"))?);
    /// let stamp = citekeep::ledger::timestamp::read(&answer, &note, None)?;
    /// assert_eq!(stamp.serial(), "2a");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn serial(&self) -> &str {
        &self.serial
    }

    /// The policy under which the authority stamped, as dotted numbers.
    ///
    /// ```
    /// # let root = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/golden/timestamp/");
    /// # let (answer, note) = (std::fs::read(format!("{root}answer.tsr"))?, std::fs::read(format!("{root}note"))?);
    /// let stamp = citekeep::ledger::timestamp::read(&answer, &note, None)?;
    /// assert_eq!(stamp.policy(), "1.3.6.1.4.1.32473.1");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn policy(&self) -> &str {
        &self.policy
    }

    /// Makes sure that the signer's certificate led to one of the roots, every
    /// certificate on the way and the root itself being valid when the
    /// timestamp was made. What was revoked since is not looked up.
    ///
    /// ```
    /// use citekeep::ledger::timestamp::{Roots, read};
    /// # let root = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/golden/timestamp/");
    /// # let file = |name: &str| std::fs::read(format!("{root}{name}"));
    /// # let (answer, note, pem) = (file("answer.tsr")?, file("note")?, file("root.pem")?);
    /// assert!(read(&answer, &note, None)?.trust(&Roots::from_pem(&pem)?).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn trust(&self, roots: &Roots) -> Result<(), StampError> {
        let signer = EndEntityCert::try_from(&self.signer).map_err(chain)?;
        let leads_to = |at: Option<Moment>| {
            // The way may hold other authorities, which must allow this use
            // where they speak of uses at all.
            let usage = KeyUsage::required_if_present(USAGE);
            let (all, time) = (webpki::ALL_VERIFICATION_ALGS, self.at.as_unix_time());
            let anchors = roots.anchors(at);
            signer
                .verify_for_usage(all, &anchors, &self.others, time, usage, None, None)
                .map(|_| ())
        };
        match leads_to(Some(self.at)) {
            Ok(()) => Ok(()),
            // Where it leads to a root that had expired, that is what is wrong.
            Err(webpki::Error::UnknownIssuer) if leads_to(None).is_ok() => {
                Err(self.not_valid_then())
            }
            Err(webpki::Error::CertExpired { .. } | webpki::Error::CertNotValidYet { .. }) => {
                Err(self.not_valid_then())
            }
            Err(error) => Err(chain(error)),
        }
    }

    fn not_valid_then(&self) -> StampError {
        StampError::NotValidThen(self.at.to_string())
    }
}

fn chain(error: webpki::Error) -> StampError {
    match error {
        webpki::Error::UnknownIssuer => StampError::UnknownRoot,
        other => StampError::Chain(other.to_string()),
    }
}
