//! What of an opened file must never be printed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use camino::Utf8Path;
use zeroize::Zeroizing;

use crate::{leaves, text};

/// Bytes that are no text are a secret as a whole only up to this size: nobody prints larger ones.
const SMALL: usize = 64 * 1024;

/// A value that must never be printed, and the tag that may stand for it; erases itself.
pub struct Secret {
    tag: String,
    value: Zeroizing<Vec<u8>>,
}

impl Secret {
    fn new(tag: String, value: &[u8]) -> Self {
        Self { tag, value: Zeroizing::new(value.to_vec()) }
    }

    /// Where the value stands: `file:key.path[0]`, or `file`.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// The value.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.value
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Secret").field("tag", &self.tag).finish_non_exhaustive()
    }
}

/// The secrets of a file.
pub(crate) fn collect(file: &Utf8Path, bytes: &[u8]) -> Vec<Secret> {
    let Ok(content) = std::str::from_utf8(bytes) else {
        return if bytes.len() <= SMALL { vec![Secret::new(file.to_string(), bytes)] } else { Vec::new() };
    };
    if content.trim().is_empty() {
        return Vec::new();
    }
    let mut secrets = Vec::new();
    match leaves::leaves(content) {
        Some(leaves) => {
            for (path, value) in leaves {
                let tag = format!("{file}:{path}");
                add(&mut secrets, tag.clone(), value.as_bytes());
                inside(&mut secrets, &tag, &value);
            }
            // Yesterday's token is often kept as a comment.
            for comment in text::comments(content) {
                add(&mut secrets, file.to_string(), comment.as_bytes());
                literals(&mut secrets, file.as_str(), comment);
            }
        }
        None => {
            // The assignments first: theirs is the better tag where both name one value.
            for (name, value) in text::assignments(content) {
                add(&mut secrets, format!("{file}:{name}"), value.as_bytes());
            }
            add(&mut secrets, file.to_string(), bytes);
            literals(&mut secrets, file.as_str(), content);
        }
    }
    secrets
}

/// What a value of several lines holds, or one that is a document itself: a key file of a cloud, a script.
fn inside(secrets: &mut Vec<Secret>, tag: &str, value: &str) {
    if !value.trim().contains('\n') && !value.trim_start().starts_with('{') {
        return;
    }
    match leaves::leaves(value) {
        Some(leaves) => {
            leaves.iter().for_each(|(path, value)| add(secrets, format!("{tag}.{path}"), value.as_bytes()));
        }
        None => {
            for (name, value) in text::assignments(value) {
                add(secrets, format!("{tag}.{name}"), value.as_bytes());
            }
            literals(secrets, tag, value);
        }
    }
}

fn literals(secrets: &mut Vec<Secret>, tag: &str, content: &str) {
    text::literals(content).into_iter().for_each(|found| add(secrets, tag.to_owned(), found.as_bytes()));
}

/// The value, and what it encodes where it is base64 of text, as in Secrets and kubeconfigs.
fn add(secrets: &mut Vec<Secret>, tag: String, value: &[u8]) {
    let decoded = STANDARD.decode(value.trim_ascii()).map(Zeroizing::new);
    if let Ok(decoded) = decoded
        && std::str::from_utf8(&decoded).is_ok_and(|text| !text.contains(is_no_text) && !text.is_empty())
    {
        secrets.push(Secret::new(tag.clone(), &decoded));
    }
    secrets.push(Secret::new(tag, value));
}

fn is_no_text(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\r' | '\t')
}
