//! The last line of a commit's message, which shows whether a person changed the commit since.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

const SEAL: &str = "Bump-Seal";

/// `message` with the seal of its commit below it.
pub(crate) fn sealed(tree: &str, message: &str) -> String {
    let message = message.trim_end();
    format!("{message}\n\n{SEAL}: {}\n", seal(tree, message))
}

/// The message above the seal, where the seal fits the commit.
pub(crate) fn unsealed<'m>(tree: &str, message: &'m str) -> Option<&'m str> {
    let (message, own) = message.trim_end().rsplit_once(&format!("\n\n{SEAL}: "))?;
    (own == seal(tree, message)).then_some(message)
}

fn seal(tree: &str, message: &str) -> String {
    let hash = Sha256::digest(format!("{tree}\n{message}").as_bytes());
    hash.iter().take(16).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_fits_its_files_and_its_words() {
        let message = sealed("tree", "hub: 1...2\n\nbody\n");
        assert_eq!(unsealed("tree", &message), Some("hub: 1...2\n\nbody"));
        assert_eq!(unsealed("other", &message), None);
        assert_eq!(unsealed("tree", &message.replace("body", "more")), None);
        assert_eq!(unsealed("tree", "hub: 1...2"), None);
    }
}
