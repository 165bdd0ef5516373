//! Keys that lie about.

/// A key that anyone who can read the file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stray {
    /// A key of git-crypt.
    GitCrypt,
    /// Its key in base64.
    GitCryptBase64,
    /// A private key of age.
    Age,
    /// A private key of SSH.
    Ssh,
}

impl std::fmt::Display for Stray {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::GitCrypt => "a git-crypt key",
            Self::GitCryptBase64 => "a git-crypt key in base64",
            Self::Age => "a private age key",
            Self::Ssh => "a private SSH key",
        })
    }
}

/// The key that a file begins with, by its first few hundred bytes.
#[must_use]
pub fn stray(head: &[u8]) -> Option<Stray> {
    let text = head.trim_ascii_start();
    let age = |line: &[u8]| line.starts_with(b"AGE-SECRET-KEY-");
    if head.starts_with(b"\0GITCRYPTKEY") {
        Some(Stray::GitCrypt)
    } else if text.starts_with(b"AEdJVENSWVBUS0VZ") {
        Some(Stray::GitCryptBase64)
    } else if text.split(|byte| *byte == b'\n').any(age) {
        Some(Stray::Age)
    } else {
        let ssh = [
            &b"-----BEGIN OPENSSH PRIVATE KEY"[..],
            b"-----BEGIN RSA PRIVATE KEY",
            b"-----BEGIN EC PRIVATE KEY",
        ];
        ssh.iter().any(|begin| text.starts_with(begin)).then_some(Stray::Ssh)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_known_by_how_they_begin() {
        for (head, key) in [
            (&b"\0GITCRYPTKEY\0\0\0\x02"[..], Some(Stray::GitCrypt)),
            (b"AEdJVENSWVBUS0VZAAAAAg\n", Some(Stray::GitCryptBase64)),
            (b"# created: 2026\n# public key: age1x\nAGE-SECRET-KEY-1QQ\n", Some(Stray::Age)),
            (b"AGE-SECRET-KEY-PQ-1QQ", Some(Stray::Age)),
            (b"-----BEGIN OPENSSH PRIVATE KEY-----\n", Some(Stray::Ssh)),
            (b"\0GITCRYPT\0sealed", None),
            (b"-----BEGIN CERTIFICATE-----\n", None),
            (b"", None),
        ] {
            assert_eq!(stray(head), key, "{head:?}");
        }
    }
}
