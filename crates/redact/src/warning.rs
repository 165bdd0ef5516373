//! Values that are not masked, and the rules by which they are not.

use crate::common;

/// A value needs this many characters to be masked: shorter ones stand in any text by chance.
pub const MIN_CHARS: usize = 8;

/// A number needs this many digits: below are dates, ports, addresses, sizes and times.
const MIN_DIGITS: usize = 16;

/// A value needs this many different characters: below are rulers, bullets and blank fields.
const MIN_DISTINCT: usize = 3;

/// A secret that is not masked; names the secret, never shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Which secret.
    pub tag: String,
    /// Why it is not masked.
    pub reason: Reason,
}

/// Why a value is not masked: to mask it would blank the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// Shorter than [`MIN_CHARS`] characters, white space at both ends not counted.
    Short,
    /// Digits and the marks between them, and fewer than 16 digits.
    Number,
    /// Fewer than three different characters.
    Repetition,
    /// A word that stands in every log.
    Word,
    /// It stands, as a word of its own, in text that is public anyway.
    Public,
}

impl Reason {
    /// Why the trimmed `value` must not be masked, if so.
    pub(crate) fn against(value: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(value);
        if text.chars().count() < MIN_CHARS {
            Some(Self::Short)
        } else if is_small_number(&text) {
            Some(Self::Number)
        } else if has_few_distinct(&text) {
            Some(Self::Repetition)
        } else if common::is_common(&text) {
            Some(Self::Word)
        } else {
            None
        }
    }
}

fn is_small_number(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let marks = |c: char| c.is_ascii_digit() || " +-._,:/eE".contains(c);
    let marked = digits > 0 && text.chars().all(marks);
    digits < MIN_DIGITS && (marked || text.parse::<f64>().is_ok())
}

fn has_few_distinct(text: &str) -> bool {
    let mut seen = Vec::with_capacity(MIN_DISTINCT);
    for c in text.chars() {
        if !seen.contains(&c) {
            seen.push(c);
        }
        if seen.len() >= MIN_DISTINCT {
            return false;
        }
    }
    true
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Short => write!(f, "it is shorter than {MIN_CHARS} characters"),
            Self::Number => write!(f, "it is a number of fewer than {MIN_DIGITS} digits"),
            Self::Repetition => write!(f, "it has fewer than {MIN_DISTINCT} different characters"),
            Self::Word => f.write_str("it is a word that stands in every log"),
            Self::Public => f.write_str("it stands in public text too"),
        }
    }
}

impl std::fmt::Display for Warning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} is not masked: {}", self.tag, self.reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_by_example() {
        for (value, reason) in [
            ("", Some(Reason::Short)),
            ("true", Some(Reason::Short)),
            ("hunter2", Some(Reason::Short)),
            ("1234567", Some(Reason::Short)),
            ("äöüß123", Some(Reason::Short)),
            ("12345678", Some(Reason::Number)),
            ("-1.5e-100", Some(Reason::Number)),
            ("2026-11-21 12:00:00", Some(Reason::Number)),
            ("10.20.30.40/24", Some(Reason::Number)),
            ("infinity", Some(Reason::Number)),
            ("1234567890123456", None),
            ("--------------------", Some(Reason::Repetition)),
            ("-*-*-*-*-*-*", Some(Reason::Repetition)),
            ("password", Some(Reason::Word)),
            ("PASSWORD", Some(Reason::Word)),
            ("IfNotPresent", Some(Reason::Word)),
            ("-----BEGIN RSA PRIVATE KEY-----", Some(Reason::Word)),
            ("password1", None),
            ("deadbeef", None),
            ("12345678a", None),
            ("correct horse", None),
        ] {
            assert_eq!(Reason::against(value.as_bytes()), reason, "{value:?}");
        }
    }
}
