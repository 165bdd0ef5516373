//! One line of a file of attributes.

use super::{State, quote};

/// git ignores longer lines.
const LONGEST: usize = 2048;
const MACRO: &[u8] = b"[attr]";

/// What a line says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Paths, and their attributes.
    Rule(Vec<u8>, Vec<(String, State)>),
    /// A name for several attributes.
    Macro(String, Vec<(String, State)>),
}

/// The line, unless it is empty, a comment, or one that git skips with a warning.
pub(super) fn parse(line: &[u8]) -> Option<Line> {
    // git reads lines as C strings.
    let line = line.split(|byte| *byte == 0).next().unwrap_or_default();
    if line.len() >= LONGEST {
        return None;
    }
    let line = trim_start(line);
    if line.is_empty() || line.starts_with(b"#") {
        return None;
    }
    let (pattern, rest) = match quote::unquote(line) {
        Some((pattern, rest)) => (pattern, rest),
        None => {
            let (pattern, rest) = word(line);
            (pattern.to_vec(), rest)
        }
    };
    let states = states(rest)?;
    match pattern.strip_prefix(MACRO) {
        Some(name) if !name.is_empty() => {
            let (name, _) = word(trim_start(name));
            Some(Line::Macro(valid(name)?, states))
        }
        _ => Some(Line::Rule(pattern, states)),
    }
}

/// All of them, or none where one is wrong.
fn states(mut rest: &[u8]) -> Option<Vec<(String, State)>> {
    let mut found = Vec::new();
    loop {
        rest = trim_start(rest);
        if rest.is_empty() {
            return Some(found);
        }
        let (one, after) = word(rest);
        rest = after;
        let (name, value) = match one.iter().position(|byte| *byte == b'=') {
            Some(at) => (one.get(..at)?, one.get(at + 1..)),
            None => (one, None),
        };
        found.push(match (name, value) {
            ([b'-', name @ ..], _) => (valid(name)?, State::Unset),
            ([b'!', name @ ..], _) => (valid(name)?, State::Unspecified),
            (name, None) => (valid(name)?, State::Set),
            (name, Some(value)) => (valid(name)?, State::Value(value.to_vec())),
        });
    }
}

fn valid(name: &[u8]) -> Option<String> {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let fine = !name.is_empty() && !name.starts_with(b"-") && name.iter().all(allowed);
    fine.then(|| String::from_utf8_lossy(name).into_owned())
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn trim_start(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().position(|byte| !is_blank(*byte)).unwrap_or(bytes.len());
    bytes.get(start..).unwrap_or_default()
}

fn word(bytes: &[u8]) -> (&[u8], &[u8]) {
    bytes.split_at(bytes.iter().position(|byte| is_blank(*byte)).unwrap_or(bytes.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wrong_attribute_drops_the_line() {
        assert_eq!(parse(b"*.x a b$ c"), None);
        assert_eq!(parse(b"*.x --a"), None);
        assert_eq!(parse(b" # x"), None);
        assert_eq!(parse(b"[attr]bad$ a"), None);
    }

    #[test]
    fn every_state_of_an_attribute() {
        let said = |name: &str, state| (name.to_owned(), state);
        assert_eq!(
            parse(b"\"a b\" x -y !z w=v=u -n=m\r"),
            Some(Line::Rule(
                b"a b".to_vec(),
                vec![
                    said("x", State::Set),
                    said("y", State::Unset),
                    said("z", State::Unspecified),
                    said("w", State::Value(b"v=u".to_vec())),
                    said("n", State::Unset),
                ]
            ))
        );
        assert_eq!(parse(b"[attr]m x"), Some(Line::Macro("m".into(), vec![said("x", State::Set)])));
    }
}
