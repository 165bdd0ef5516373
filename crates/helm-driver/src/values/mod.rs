//! Values in their order, each checked before Helm sees it.

mod find;
mod yaml;

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use child::Memfile;
use problem::Place;
use zeroize::Zeroizing;

use crate::Error;

/// What git-crypt puts before its ciphertext.
const GIT_CRYPT: &[u8] = b"\0GITCRYPT\0";
/// What age puts before its ciphertext, and before the text form of it, where blanks may stand before.
const AGE: &[u8] = b"age-encryption.org/";
const AGE_ARMOR: &[u8] = b"-----BEGIN AGE ENC";

/// One source of values. Later sources win, exactly as with `helm -f`.
///
/// Helm always reads from a sealed memory file: what was checked is what it reads, whatever happens to
/// the file meanwhile, and no path (with a comma in it, for instance) can be misunderstood.
#[derive(Debug, Clone)]
pub struct Values {
    name: Utf8PathBuf,
    source: Source,
    /// Whether no line of it may be shown.
    sealed: bool,
}

#[derive(Debug, Clone)]
enum Source {
    File,
    Memory(Arc<Memfile>),
}

impl Values {
    /// A file, read when the operation starts.
    #[must_use]
    pub fn file(path: impl Into<Utf8PathBuf>) -> Self {
        Self { name: path.into(), source: Source::File, sealed: false }
    }

    /// Bytes that were decrypted from the file `name`. No problem with them ever shows a line of them.
    ///
    /// # Errors
    /// When they are no values: [`Error::ValuesYaml`], [`Error::ValuesText`], [`Error::ValuesSealed`].
    pub fn sealed(name: impl Into<Utf8PathBuf>, plaintext: &[u8]) -> Result<Self, Error> {
        Self::memory(name.into(), plaintext, true)
    }

    /// Bytes that are no secret, under a name for messages.
    ///
    /// # Errors
    /// As [`Values::sealed`].
    pub fn inline(name: impl Into<Utf8PathBuf>, bytes: &[u8]) -> Result<Self, Error> {
        Self::memory(name.into(), bytes, false)
    }

    /// The file they come from, or their name.
    #[must_use]
    pub fn name(&self) -> &Utf8Path {
        &self.name
    }

    fn memory(name: Utf8PathBuf, bytes: &[u8], sealed: bool) -> Result<Self, Error> {
        let file = Arc::new(checked(&name, bytes, sealed)?);
        Ok(Self { name, source: Source::Memory(file), sealed })
    }

    /// The memory file for Helm.
    pub(crate) async fn open(&self) -> Result<Arc<Memfile>, Error> {
        match &self.source {
            Source::Memory(file) => Ok(Arc::clone(file)),
            Source::File => {
                let read = tokio::fs::read(&self.name).await;
                let bytes =
                    read.map_err(|source| Error::ValuesMissing { path: self.name.clone(), source })?;
                Ok(Arc::new(checked(&self.name, &bytes, false)?))
            }
        }
    }
}

impl Values {
    /// The place of the value at a path of keys and indices; with its line unless it is sealed.
    pub(crate) async fn place_of(&self, path: &[String]) -> Option<Place> {
        let file = self.open().await.ok()?;
        let text = Zeroizing::new(std::fs::read_to_string(file.path()).ok()?);
        let (line, column) = find::find(&text, path)?;
        let place = Place::new(self.name.clone(), line, column);
        match text.lines().nth(line.saturating_sub(1)) {
            Some(source) if !self.sealed => Some(place.with_source(source, 1)),
            _ => Some(place),
        }
    }
}

/// Whether bytes begin as ciphertext does.
pub(crate) fn is_ciphertext(bytes: &[u8]) -> bool {
    bytes.starts_with(GIT_CRYPT) || bytes.starts_with(AGE) || bytes.trim_ascii_start().starts_with(AGE_ARMOR)
}

fn checked(name: &Utf8Path, bytes: &[u8], sealed: bool) -> Result<Memfile, Error> {
    if is_ciphertext(bytes) {
        return Err(Error::ValuesSealed { path: name.to_owned() });
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => text,
        Ok(text) => return Err(not_text(name, text, "a zero byte", text.find('\0').unwrap_or(0))),
        Err(error) => {
            let valid = String::from_utf8_lossy(bytes.get(..error.valid_up_to()).unwrap_or_default());
            return Err(not_text(name, &valid, "bytes that are no UTF-8", valid.len()));
        }
    };
    yaml::check(name, text, sealed)?;
    // Helm 4 loses what follows the last full 4096 bytes where the last line does not end.
    let mut whole = Zeroizing::new(Vec::with_capacity(bytes.len() + 1));
    whole.extend_from_slice(bytes);
    if !bytes.ends_with(b"\n") {
        whole.push(b'\n');
    }
    Memfile::new(name.as_str(), &whole).map_err(Error::Child)
}

fn not_text(name: &Utf8Path, text: &str, what: &'static str, at: usize) -> Error {
    // Without the source: it is not text, and may be secret.
    let found = Place::in_text(name, text, at, 1);
    Error::ValuesText { what, place: Place::new(name, found.line, found.column) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(values: &Values) -> Vec<u8> {
        let Source::Memory(file) = &values.source else { panic!("not in memory") };
        std::fs::read(file.path()).unwrap()
    }

    #[test]
    fn the_last_line_always_ends_and_nothing_else_changes() {
        for (given, want) in [("a: 1", "a: 1\n"), ("a: 1\n", "a: 1\n"), ("", "\n"), ("a: 1\r\n", "a: 1\r\n")]
        {
            assert_eq!(content(&Values::inline("a.yaml", given.as_bytes()).unwrap()), want.as_bytes());
        }
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_place() {
        for sealed in [
            &b"\0GITCRYPT\0abc"[..],
            b"age-encryption.org/v1\n-> X25519 abc\n",
            b"-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n",
            b"\n -----BEGIN AGE ENCRYPTED FILE-----\r\nYWdl\n",
        ] {
            let ciphertext = Values::inline("a.yaml", sealed).unwrap_err();
            assert!(matches!(ciphertext, Error::ValuesSealed { .. }), "{ciphertext}");
        }
        let zero = Values::inline("a.yaml", b"a: 1\nb: \0").unwrap_err();
        assert!(
            matches!(&zero, Error::ValuesText { place, .. } if place.to_string() == "a.yaml:2:4"),
            "{zero}"
        );
        let latin = Values::sealed("a.yaml", b"a: \xe9").unwrap_err();
        assert!(
            matches!(&latin, Error::ValuesText { place, .. } if place.to_string() == "a.yaml:1:4"),
            "{latin}"
        );
    }
}
