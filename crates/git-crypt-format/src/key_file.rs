//! The format of key files.

use zeroize::Zeroizing;

use crate::cipher::{AES, HMAC, Material};
use crate::{KeyError, Notice};

const MAGIC: &[u8] = b"\0GITCRYPTKEY";
const FORMAT: u32 = 2;
/// Field numbers; an unknown odd one must be understood, an unknown even one may be skipped.
const END: u32 = 0;
const NAME: u32 = 1;
const VERSION: u32 = 1;
const AES_KEY: u32 = 3;
const HMAC_KEY: u32 = 5;
/// Limits of git-crypt, in bytes.
const MAX_NAME: usize = 128;
const MAX_SKIPPED: usize = 1024 * 1024;
pub(crate) const LEGACY: usize = AES + HMAC;

const BAD_NAME: &str = "its name is not one that git-crypt allows";

/// A key as its file holds it.
pub(crate) struct KeyFile {
    pub(crate) name: Option<String>,
    /// The oldest version: the only one by which git-crypt opens.
    pub(crate) oldest: Material,
    oldest_version: u32,
    /// Newer ones, newest first.
    newer: Vec<(u32, Material)>,
}

impl KeyFile {
    /// Every version, the oldest first.
    pub(crate) fn versions(&self) -> impl Iterator<Item = &Material> {
        std::iter::once(&self.oldest).chain(self.newer.iter().rev().map(|(_, material)| material))
    }
}

pub(crate) fn has_magic(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// The key in `bytes`, and what is odd about it.
pub(crate) fn parse(bytes: &[u8]) -> Result<(KeyFile, Vec<Notice>), KeyError> {
    let mut notices = Vec::new();
    let file = match bytes.strip_prefix(MAGIC) {
        Some(rest) => Reader { whole: bytes.len(), rest }.file(&mut notices)?,
        None => legacy(bytes, &mut notices)?,
    };
    if file.versions().any(Material::is_zero) {
        return Err(KeyError::Zero);
    }
    if !file.newer.is_empty() {
        notices.push(Notice::Versions(file.newer.len() + 1));
    }
    Ok((file, notices))
}

/// The bytes of a key file, newest version first.
pub(crate) fn write(file: &KeyFile) -> Zeroizing<Vec<u8>> {
    // Large enough for one version and any name; a key of more versions grows it.
    let mut out = Zeroizing::new(Vec::with_capacity((file.newer.len() + 1) * 128 + 20 + MAX_NAME + 8));
    let number = |out: &mut Vec<u8>, number: u32| out.extend_from_slice(&number.to_be_bytes());
    let field = |out: &mut Vec<u8>, id: u32, data: &[u8]| {
        number(out, id);
        number(out, u32::try_from(data.len()).unwrap_or(u32::MAX));
        out.extend_from_slice(data);
    };
    out.extend_from_slice(MAGIC);
    number(&mut out, FORMAT);
    if let Some(name) = &file.name {
        field(&mut out, NAME, name.as_bytes());
    }
    number(&mut out, END);
    let newer = file.newer.iter().map(|(version, material)| (*version, material));
    for (version, material) in newer.chain([(file.oldest_version, &file.oldest)]) {
        field(&mut out, VERSION, &version.to_be_bytes());
        field(&mut out, AES_KEY, &material.aes);
        field(&mut out, HMAC_KEY, &material.hmac);
        number(&mut out, END);
    }
    out
}

/// The 96 bytes of git-crypt before 0.4, or why these are none.
fn legacy(bytes: &[u8], notices: &mut Vec<Notice>) -> Result<KeyFile, KeyError> {
    if bytes.trim_ascii().is_empty() {
        return Err(KeyError::Empty);
    }
    if MAGIC.starts_with(bytes) {
        return Err(KeyError::Truncated { size: bytes.len() });
    }
    let looks = looks_like(bytes);
    let (keys, rest) = match bytes.split_first_chunk::<LEGACY>() {
        Some(parts) if looks.is_none() && is_line_ending(parts.1) => parts,
        _ => return Err(KeyError::NotAKey { looks }),
    };
    notices.push(Notice::Legacy);
    if !rest.is_empty() {
        notices.push(Notice::LineEnding);
    }
    Ok(fresh(keys, None))
}

fn fresh(keys: &[u8; LEGACY], name: Option<&str>) -> KeyFile {
    let mut oldest = Material::zero();
    let (aes, hmac) = keys.split_at(AES);
    oldest.aes.copy_from_slice(aes);
    oldest.hmac.copy_from_slice(hmac);
    KeyFile { name: name.map(str::to_owned), oldest, oldest_version: 0, newer: Vec::new() }
}

/// The key that random bytes make.
pub(crate) fn from_material(keys: &[u8; LEGACY], name: Option<&str>) -> Result<KeyFile, KeyError> {
    if name.is_some_and(|name| !is_name(name.as_bytes())) {
        return Err(KeyError::Malformed { at: 0, reason: BAD_NAME });
    }
    let file = fresh(keys, name);
    if file.oldest.is_zero() { Err(KeyError::Zero) } else { Ok(file) }
}

/// Whether git-crypt allows this as the name of a key.
#[must_use]
pub fn is_name(name: &[u8]) -> bool {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=MAX_NAME).contains(&name.len()) && name.iter().all(allowed) && name != b"default"
}

fn is_line_ending(bytes: &[u8]) -> bool {
    matches!(bytes, b"" | b"\n" | b"\r\n")
}

fn looks_like(bytes: &[u8]) -> Option<&'static str> {
    let printable = bytes.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t'));
    let base64 =
        |byte: &u8| byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace() || b"+/=".contains(byte);
    if crate::is_sealed(bytes) {
        Some("a file that git-crypt encrypted")
    } else if bytes.starts_with(b"-----BEGIN ") {
        Some("a key or message of another program")
    } else if printable && bytes.iter().all(base64) {
        Some("base64 of something")
    } else if printable {
        Some("plain text")
    } else {
        None
    }
}

/// Reads what follows the magic.
struct Reader<'b> {
    whole: usize,
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    fn file(mut self, notices: &mut Vec<Notice>) -> Result<KeyFile, KeyError> {
        let format = self.number()?;
        if format != FORMAT {
            return Err(self.incompatible("format", format));
        }
        let name = self.header()?;
        let mut versions = Vec::new();
        while !is_line_ending(self.rest) {
            let (version, material) = self.entry()?;
            // The last one of a version wins, as in git-crypt.
            versions.retain(|(other, _)| *other != version);
            versions.push((version, material));
        }
        if !self.rest.is_empty() {
            notices.push(Notice::LineEnding);
        }
        versions.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
        let (oldest_version, oldest) = versions.pop().ok_or(KeyError::Empty)?;
        Ok(KeyFile { name, oldest, oldest_version, newer: versions })
    }

    fn header(&mut self) -> Result<Option<String>, KeyError> {
        let mut name = None;
        loop {
            match self.number()? {
                END => return Ok(name),
                NAME => name = Some(self.name()?),
                other => self.skip(other)?,
            }
        }
    }

    fn name(&mut self) -> Result<String, KeyError> {
        let at = self.at();
        let data = self.field()?;
        match std::str::from_utf8(data) {
            Ok(name) if is_name(data) => Ok(name.to_owned()),
            _ => Err(self.malformed(at, BAD_NAME)),
        }
    }

    fn entry(&mut self) -> Result<(u32, Material), KeyError> {
        let (mut version, mut material) = (0, Material::zero());
        loop {
            match self.number()? {
                END => return Ok((version, material)),
                VERSION => version = u32::from_be_bytes(self.sized()?),
                AES_KEY => material.aes = self.sized()?,
                HMAC_KEY => material.hmac = self.sized()?,
                other => self.skip(other)?,
            }
        }
    }

    fn skip(&mut self, id: u32) -> Result<(), KeyError> {
        if id % 2 == 1 {
            return Err(self.incompatible("field", id));
        }
        let at = self.at();
        if self.field()?.len() > MAX_SKIPPED {
            return Err(self.malformed(at, "a field is longer than a mebibyte"));
        }
        Ok(())
    }

    fn sized<const N: usize>(&mut self) -> Result<[u8; N], KeyError> {
        let at = self.at();
        self.field()?.try_into().map_err(|_| self.malformed(at, "a field has the wrong length"))
    }

    fn field(&mut self) -> Result<&'b [u8], KeyError> {
        let size = usize::try_from(self.number()?).unwrap_or(usize::MAX);
        self.take(size)
    }

    fn number(&mut self) -> Result<u32, KeyError> {
        let bytes = self.take(size_of::<u32>())?;
        Ok(bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
    }

    fn take(&mut self, size: usize) -> Result<&'b [u8], KeyError> {
        let cut = KeyError::Truncated { size: self.whole };
        let (taken, rest) = self.rest.split_at_checked(size).ok_or(cut)?;
        self.rest = rest;
        Ok(taken)
    }

    fn at(&self) -> usize {
        self.whole - self.rest.len()
    }

    fn malformed(&self, at: usize, reason: &'static str) -> KeyError {
        KeyError::Malformed { at, reason }
    }

    fn incompatible(&self, what: &'static str, number: u32) -> KeyError {
        KeyError::Incompatible { what, number }
    }
}
