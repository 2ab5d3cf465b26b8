//! A timestamping authority of a test's own, made and run by OpenSSL: somebody
//! else's program, so that what we ask and what we believe is not only what we
//! think is right.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// What a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    Rsa,
    P256,
    P384,
    P521,
}

/// What makes a certificate one that signs timestamps.
pub(crate) const STAMPS: &str =
    "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n";

/// A root, and certificates that it signed.
pub(crate) struct Authority {
    dir: TempDir,
    files: AtomicUsize,
}

/// A certificate with its key, by the name of its files.
pub(crate) struct Signer {
    authority: Arc<Authority>,
    name: String,
    /// Certificates that are sent along, as a file.
    along: Option<String>,
}

/// A timestamp as a test wants it, before it is signed.
pub(crate) struct Info<'a> {
    pub(crate) about: &'a [u8],
    pub(crate) at: &'a str,
    pub(crate) nonce: Option<[u8; 8]>,
}

/// Runs OpenSSL in a folder.
fn try_openssl(dir: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new("openssl");
    command.args(arguments).current_dir(dir);
    command
        .output()
        .expect("openssl is needed: tests/all installs it")
}

fn openssl(dir: &Path, arguments: &[&str]) -> Vec<u8> {
    let done = try_openssl(dir, arguments);
    let words = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "openssl {arguments:?}: {words}");
    done.stdout
}

/// One value in DER.
pub(crate) fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let value = parts.concat();
    let length = match value.len() {
        length @ ..0x80 => vec![length as u8],
        length @ ..0x100 => vec![0x81, length as u8],
        length => vec![0x82, (length >> 8) as u8, length as u8],
    };
    [&[tag], &length[..], &value].concat()
}

/// Puts a token into an answer that grants it.
pub(crate) fn granted(token: &[u8]) -> Vec<u8> {
    der(0x30, &[&der(0x30, &[&der(0x02, &[&[0]])]), token])
}

impl Info<'_> {
    fn der(&self) -> Vec<u8> {
        let sha256 = [0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0];
        let digest = der(0x04, &[Sha256::digest(self.about).as_slice()]);
        let policy = [0x2b, 6, 1, 4, 1, 0x81, 0xfd, 0x59, 1];
        // Every nonce of the tests is a positive number without a zero first.
        let nonce = self.nonce.map(|nonce| der(0x02, &[&nonce]));
        der(
            0x30,
            &[
                &der(0x02, &[&[1]]),
                &der(0x06, &[&policy]),
                &der(0x30, &[&sha256, &digest]),
                &der(0x02, &[&[42]]),
                &der(0x18, &[self.at.as_bytes()]),
                &nonce.unwrap_or_default(),
            ],
        )
    }
}

impl Authority {
    /// Makes a root with its key.
    pub(crate) fn new(key: Key) -> Arc<Self> {
        Self::lasting(key, 9_000)
    }

    /// Makes a root that is valid for so many days.
    pub(crate) fn lasting(key: Key, days: u32) -> Arc<Self> {
        let dir = tempfile::tempdir().expect("a directory");
        let made = Self {
            dir,
            files: AtomicUsize::new(0),
        };
        made.make_key("root", key);
        let (name, days) = ("/O=Example/CN=Example root", days.to_string());
        made.run(&[
            "req", "-x509", "-new", "-key", "root.key", "-out", "root.pem", "-days", &days,
            "-subj", name,
        ]);
        Arc::new(made)
    }

    fn run(&self, arguments: &[&str]) -> Vec<u8> {
        openssl(self.dir.path(), arguments)
    }

    fn make_key(&self, name: &str, key: Key) {
        let (algorithm, option) = match key {
            Key::Rsa => ("RSA", "rsa_keygen_bits:2048"),
            Key::P256 => ("EC", "ec_paramgen_curve:P-256"),
            Key::P384 => ("EC", "ec_paramgen_curve:P-384"),
            Key::P521 => ("EC", "ec_paramgen_curve:P-521"),
        };
        let file = format!("{name}.key");
        self.run(&[
            "genpkey",
            "-algorithm",
            algorithm,
            "-pkeyopt",
            option,
            "-out",
            &file,
        ]);
    }

    /// A certificate by the root with these extensions.
    pub(crate) fn signer(self: &Arc<Self>, key: Key, extensions: &str) -> Signer {
        self.signed_by("root", key, extensions)
    }

    /// A certificate for timestamps by another authority below the root.
    pub(crate) fn signer_below(self: &Arc<Self>, key: Key) -> Signer {
        let between = self.signed_by("root", key, "basicConstraints=critical,CA:true\n");
        let mut signer = self.signed_by(&between.name, key, STAMPS);
        signer.along = Some(format!("{}.pem", between.name));
        signer
    }

    fn signed_by(self: &Arc<Self>, issuer: &str, key: Key, extensions: &str) -> Signer {
        let number = self.files.fetch_add(1, Ordering::Relaxed);
        let name = format!("signer{number}");
        self.make_key(&name, key);
        let file = |end: &str| format!("{name}.{end}");
        let all = format!("{extensions}subjectKeyIdentifier=hash\n");
        self.write(&file("ext"), all.as_bytes());
        let subject = format!("/O=Example/CN=Example stamp {number}");
        self.run(&[
            "req",
            "-new",
            "-key",
            &file("key"),
            "-out",
            &file("csr"),
            "-subj",
            &subject,
        ]);
        let (ca, ca_key) = (format!("{issuer}.pem"), format!("{issuer}.key"));
        let serial = (4_711 + number).to_string();
        self.run(&[
            "x509",
            "-req",
            "-in",
            &file("csr"),
            "-CA",
            &ca,
            "-CAkey",
            &ca_key,
            "-days",
            "9000",
            "-extfile",
            &file("ext"),
            "-set_serial",
            &serial,
            "-out",
            &file("pem"),
        ]);
        Signer {
            authority: Arc::clone(self),
            name,
            along: None,
        }
    }

    /// The root, as an authority publishes it.
    pub(crate) fn root(&self) -> Vec<u8> {
        self.read("root.pem")
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.dir.path().join(name)).expect("a file")
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.dir.path().join(name), bytes).expect("written");
    }

    fn fresh(&self, end: &str) -> String {
        let number = self.files.fetch_add(1, Ordering::Relaxed);
        format!("{number}.{end}")
    }

    /// Whether OpenSSL believes an answer about `message`.
    pub(crate) fn believes(&self, answer: &[u8], message: &[u8], at: Option<i64>) -> bool {
        let (reply, data) = (self.fresh("tsr"), self.fresh("data"));
        self.write(&reply, answer);
        self.write(&data, message);
        let mut arguments = vec![
            "ts", "-verify", "-in", &reply, "-data", &data, "-CAfile", "root.pem",
        ];
        let at = at.map(|millis| (millis / 1_000).to_string());
        if let Some(at) = &at {
            arguments.extend(["-attime", at]);
        }
        try_openssl(self.dir.path(), &arguments).status.success()
    }
}

impl Signer {
    /// The certificate in PEM.
    pub(crate) fn certificate(&self) -> Vec<u8> {
        self.authority.read(&format!("{}.pem", self.name))
    }

    /// Lets another certificate be sent along.
    pub(crate) fn bringing(mut self, certificate: &[u8]) -> Self {
        let file = self.authority.fresh("pem");
        self.authority.write(&file, certificate);
        self.along = Some(file);
        self
    }

    /// Answers a question as `openssl ts -reply` does, hashing by `digest` and
    /// naming the signer by a hash of the kind `ess`.
    pub(crate) fn reply(&self, question: &[u8], digest: &str, ess: &str) -> Vec<u8> {
        let (authority, name) = (&self.authority, &self.name);
        let (query, config) = (authority.fresh("tsq"), authority.fresh("cnf"));
        let (serial, reply) = (authority.fresh("serial"), authority.fresh("tsr"));
        authority.write(&query, question);
        let along = self.along.as_ref();
        let along = along
            .map(|file| format!("certs = {file}\n"))
            .unwrap_or_default();
        let settings = format!(
            "[tsa]\ndefault_tsa = here\n[here]\nserial = {serial}\nsigner_cert = {name}.pem\n\
             {along}signer_key = {name}.key\nsigner_digest = {digest}\n\
             default_policy = 1.3.6.1.4.1.32473.1\ndigests = sha256\n\
             accuracy = secs:1, millisecs:500\ntsa_name = yes\ness_cert_id_alg = {ess}\n"
        );
        authority.write(&config, settings.as_bytes());
        authority.run(&[
            "ts",
            "-reply",
            "-config",
            &config,
            "-section",
            "here",
            "-queryfile",
            &query,
            "-out",
            &reply,
        ]);
        authority.read(&reply)
    }

    /// Signs a timestamp that a test made up, with options of `openssl cms`.
    pub(crate) fn sign(&self, info: &Info<'_>, options: &[&str]) -> Vec<u8> {
        self.sign_content(&info.der(), "1.2.840.113549.1.9.16.1.4", options)
    }

    /// The same, signed by another one too.
    pub(crate) fn sign_with(&self, other: &Self, info: &Info<'_>) -> Vec<u8> {
        let other = [format!("{}.pem", other.name), format!("{}.key", other.name)];
        let options = ["-cades", "-signer", &other[0], "-inkey", &other[1]];
        self.sign(info, &options)
    }

    /// Signs any content of any kind.
    pub(crate) fn sign_content(&self, content: &[u8], kind: &str, options: &[&str]) -> Vec<u8> {
        let (authority, name) = (&self.authority, &self.name);
        let (file, token) = (authority.fresh("info"), authority.fresh("token"));
        authority.write(&file, content);
        let (certificate, key) = (format!("{name}.pem"), format!("{name}.key"));
        let mut arguments = vec![
            "cms",
            "-sign",
            "-binary",
            "-nodetach",
            "-outform",
            "DER",
            "-econtent_type",
            kind,
            "-in",
            &file,
            "-out",
            &token,
            "-signer",
            &certificate,
            "-inkey",
            &key,
        ];
        arguments.extend(options);
        if let Some(along) = &self.along {
            arguments.extend(["-certfile", along]);
        }
        authority.run(&arguments);
        granted(&authority.read(&token))
    }
}
