//! The file that names who can open the sealed files.

use std::collections::BTreeSet;

use camino::Utf8Path;

use super::{Error, Reader, Recipient, reader};

/// Everyone who can open the files, in the order of their file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readers(Vec<Reader>);

impl Readers {
    /// The readers in a file of lines `NAME KEY`; a name may have several keys, each on its own line.
    /// Empty lines and lines that begin with `#` say nothing. The `file` names it in messages.
    ///
    /// # Errors
    /// [`Error::ReaderMalformed`] with its line, [`Error::ReaderTwice`], [`Error::NoRecipients`], or
    /// [`Error::Mixed`] where only some keys are post-quantum.
    pub fn parse(file: &Utf8Path, text: &str) -> Result<Self, Error> {
        let mut readers: Vec<Reader> = Vec::new();
        for (number, line) in lines(text) {
            let Some(line) = line else { continue };
            let refused = |reason| Error::ReaderMalformed {
                file: file.to_owned(),
                line: number,
                name: line.0.to_owned(),
                reason,
            };
            reader::checked(line.0).map_err(refused)?;
            let key = Recipient::parse(line.1).map_err(refused)?;
            if let Some(first) = readers.iter().find(|reader| reader.key == key) {
                let (first, name) = (first.name.clone(), line.0.to_owned());
                return Err(Error::ReaderTwice { file: file.to_owned(), line: number, first, name });
            }
            readers.push(Reader { name: line.0.to_owned(), key });
        }
        let quantum = readers.iter().filter(|reader| reader.key.is_post_quantum()).count();
        match readers.len() {
            0 => Err(Error::NoRecipients),
            all if quantum != 0 && quantum != all => Err(Error::Mixed),
            _ => Ok(Self(readers)),
        }
    }

    /// Every key with its name.
    pub fn iter(&self) -> impl Iterator<Item = &Reader> {
        self.0.iter()
    }

    /// Every key.
    pub fn keys(&self) -> impl Iterator<Item = &Recipient> {
        self.0.iter().map(Reader::key)
    }

    /// Every name once, in the order of the alphabet.
    #[must_use]
    pub fn names(&self) -> BTreeSet<&str> {
        self.0.iter().map(Reader::name).collect()
    }
}

/// The text of the file without the lines of `name`; everything else stays as it is. `None` where
/// there is no such line.
#[must_use]
pub fn without(text: &str, name: &str) -> Option<String> {
    let of_name = |line: &&str| matches!(split(line), Some((first, _)) if first == name);
    let kept: String = text.split_inclusive('\n').filter(|line| !of_name(line)).collect();
    (kept.len() < text.len()).then_some(kept)
}

/// Each line with its number, from one; `None` where it says nothing.
fn lines(text: &str) -> impl Iterator<Item = (usize, Option<(&str, &str)>)> {
    text.lines().enumerate().map(|(at, line)| (at + 1, split(line)))
}

fn split(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    Some(line.split_once(char::is_whitespace).unwrap_or((line, "")))
}
