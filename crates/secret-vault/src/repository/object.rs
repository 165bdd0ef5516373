//! The names that git gives to contents: a hash of them.

use std::fmt::Write as _;

use sha1::Sha1;
use sha2::{Digest, Sha256};

/// Whether `content` is the blob with this name: by SHA-1 or by SHA-256, as long as the name is.
pub(super) fn is_named(name: &str, content: &[u8]) -> bool {
    const SHA1: usize = 40;
    const SHA256: usize = 64;
    match name.len() {
        SHA1 => name == sha1(content),
        SHA256 => name == sha256(content),
        _ => false,
    }
}

pub(super) fn sha1(content: &[u8]) -> String {
    hash::<Sha1>(content)
}

pub(super) fn sha256(content: &[u8]) -> String {
    hash::<Sha256>(content)
}

fn hash<D: Digest>(content: &[u8]) -> String {
    let mut digest = D::new_with_prefix(format!("blob {}\0", content.len()));
    digest.update(content);
    digest.finalize().iter().fold(String::new(), |mut name, byte| {
        // A string takes everything.
        let _ = write!(name, "{byte:02x}");
        name
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_git() {
        for (name, content) in [
            ("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", &b""[..]),
            ("ce013625030ba8dba906f756967f9e9ca394464a", b"hello\n"),
            ("473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813", b""),
            ("2cf8d83d9ee29543b34a87727421fdecb7e3f3a183d337639025de576db9ebb4", b"hello\n"),
        ] {
            assert!(is_named(name, content), "{name}");
            assert!(!is_named(name, b"another") && !is_named(&name[1..], content), "{name}");
        }
    }
}
