//! The header of an age file, checked by the letter of its grammar before anyone reads it.

use camino::Utf8Path;

use super::Error;

/// First line of every age file.
pub(super) const VERSION_LINE: &[u8] = b"age-encryption.org/v1\n";
/// The longest header that is looked at: a thousand post-quantum recipients.
const LONGEST: usize = 2 * 1024 * 1024;
const FULL_LINE: usize = 64;
/// Base64 of the 32 bytes of the MAC.
const MAC: usize = 43;

/// Where the payload begins, how many lines stand before it, and the type of each stanza.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) len: usize,
    pub(super) lines: usize,
    pub(super) stanzas: Vec<String>,
}

/// The types of the stanzas of a file, one for each key that opens it: `X25519`, `ssh-ed25519`, ...
///
/// # Errors
/// [`Error::Header`] where the file does not begin as an age file must.
pub fn stanzas(file: &Utf8Path, bytes: &[u8]) -> Result<Vec<String>, Error> {
    let bytes = super::armor::decoded(file, bytes)?;
    Ok(parse(file, &bytes)?.stanzas)
}

pub(super) fn parse(file: &Utf8Path, bytes: &[u8]) -> Result<Header, Error> {
    let mut lines = Lines { rest: bytes.get(..LONGEST).unwrap_or(bytes), number: 0, len: 0 };
    let refused = |line: usize, reason: &'static str| Error::Header { file: file.to_owned(), line, reason };
    match lines.next() {
        Some(line) if line == VERSION_LINE.trim_ascii_end() => {}
        Some(line) if line.starts_with(b"age-encryption.org/") => {
            return Err(refused(1, "it is of another version of the format than v1"));
        }
        _ => return Err(refused(1, "its first line is not that of an age file")),
    }
    let mut stanzas = Vec::new();
    loop {
        let Some(line) = lines.next() else {
            return Err(refused(lines.number + 1, "it ends before its MAC"));
        };
        let at = lines.number;
        if let Some(words) = line.strip_prefix(b"-> ") {
            stanzas
                .push(arguments(words).ok_or_else(|| refused(at, "an argument is empty or not printable"))?);
            body(&mut lines).map_err(|reason| refused(lines.number, reason))?;
        } else if let Some(mac) = line.strip_prefix(b"--- ") {
            if mac.len() != MAC || !is_canonical(mac) {
                return Err(refused(at, "the MAC is not 32 bytes in base64"));
            }
            if stanzas.is_empty() {
                return Err(refused(at, "it is sealed to nobody"));
            }
            return Ok(Header { len: lines.len, lines: at, stanzas });
        } else {
            return Err(refused(at, "a line begins neither a stanza nor the MAC"));
        }
    }
}

/// The first argument: the type.
fn arguments(words: &[u8]) -> Option<String> {
    let mut words = words.split(|byte| *byte == b' ');
    let kind = words.next().filter(|word| is_word(word))?;
    words.all(is_word).then(|| String::from_utf8_lossy(kind).into_owned())
}

fn is_word(word: &[u8]) -> bool {
    !word.is_empty() && word.iter().all(u8::is_ascii_graphic)
}

/// Full lines, and then a short one, which may be empty and must be there.
fn body(lines: &mut Lines<'_>) -> Result<(), &'static str> {
    loop {
        let line = lines.next().ok_or("a stanza breaks off")?;
        match line.len() {
            FULL_LINE if line.iter().all(is_base64) => {}
            0..FULL_LINE if is_canonical(line) => return Ok(()),
            _ => return Err("a stanza does not end with a short line of base64"),
        }
    }
}

fn is_base64(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}

/// Base64 without padding whose unused bits are zero.
fn is_canonical(text: &[u8]) -> bool {
    let unused = match text.len() % 4 {
        0 => 0,
        2 => 0b1111,
        3 => 0b11,
        _ => return false,
    };
    text.iter().all(is_base64) && text.last().is_none_or(|last| value(*last) & unused == 0)
}

fn value(digit: u8) -> u8 {
    match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        _ => 63,
    }
}

/// Lines that end with a line feed; what follows the last one is none.
struct Lines<'b> {
    rest: &'b [u8],
    number: usize,
    len: usize,
}

impl<'b> Iterator for Lines<'b> {
    type Item = &'b [u8];

    fn next(&mut self) -> Option<&'b [u8]> {
        let end = self.rest.iter().position(|byte| *byte == b'\n')?;
        let (line, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest.get(1..).unwrap_or_default();
        self.number += 1;
        self.len += end + 1;
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Vec<String>, (usize, &'static str)> {
        match parse("f".into(), text.as_bytes()) {
            Ok(header) => {
                assert_eq!(&text[header.len..], "payload");
                Ok(header.stanzas)
            }
            Err(Error::Header { line, reason, .. }) => Err((line, reason)),
            Err(other) => panic!("{other}"),
        }
    }

    const MAC_LINE: &str = "--- WyJp9F/9FOZh7gJdheq2WIJcwHgYc8NIVh3ddwhrcNg\npayload";

    #[test]
    fn a_stanza_ends_with_a_short_line() {
        let full = "A".repeat(64);
        let file = |stanza: &str| of(&format!("age-encryption.org/v1\n{stanza}{MAC_LINE}"));
        assert_eq!(file("-> a b c\nAAAA\n-> d\n\n"), Ok(vec!["a".to_owned(), "d".to_owned()]));
        assert_eq!(file(&format!("-> a\n{full}\n{full}\n\n")), Ok(vec!["a".to_owned()]));
        let no_short = "a stanza does not end with a short line of base64";
        assert_eq!(file("-> a\n"), Err((3, no_short)));
        assert_eq!(file(&format!("-> a\n{full}\n")), Err((4, no_short)));
        assert_eq!(file("-> a\nAAAB\r\n"), Err((3, no_short)));
        assert_eq!(file("-> a\nAB\n"), Err((3, no_short)), "bits that say nothing");
        assert_eq!(file("-> a  b\n\n"), Err((2, "an argument is empty or not printable")));
        assert_eq!(file(""), Err((2, "it is sealed to nobody")));
        assert_eq!(file("x\n"), Err((2, "a line begins neither a stanza nor the MAC")));
    }

    #[test]
    fn every_cut_of_a_header_is_refused() {
        let whole = format!("age-encryption.org/v1\n-> X25519 abc\nAAAA\n{MAC_LINE}");
        for end in 0..whole.len() - "payload".len() {
            assert!(of(&whole[..end]).is_err(), "{end}");
        }
        assert_eq!(of("age-encryption.org/v2\n"), Err((1, "it is of another version of the format than v1")));
    }
}
