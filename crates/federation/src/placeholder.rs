//! `{member}` and `{wave}`, filled in.

use crate::Error;
use crate::desk::Desk;
use crate::near::nearest;
use crate::tree::{Span, Word};

/// For whom a text is read.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scope<'a> {
    /// For the federation: nothing is filled in.
    Federation,
    /// For one member.
    Member { member: &'a str, wave: &'a str },
}

impl<'a> Scope<'a> {
    pub(crate) fn member(self) -> Option<&'a str> {
        self.value("member")
    }

    fn value(self, name: &str) -> Option<&'a str> {
        match (self, name) {
            (Self::Member { member, .. }, "member") => Some(member),
            (Self::Member { wave, .. }, "wave") => Some(wave),
            _ => None,
        }
    }
}

/// The word with its placeholders filled in; `None` after an unknown one.
///
/// Only a word between braces is a placeholder: `{}` and `{"a": 1}` are text.
pub(crate) fn fill(desk: &Desk<'_>, word: &Word, scope: Scope<'_>) -> Option<Word> {
    let mut text = String::with_capacity(word.text.len());
    let mut rest = word.text.as_str();
    let mut known = true;
    while let Some((before, name, after)) = next(rest) {
        text.push_str(before);
        match scope.value(name) {
            Some(value) => text.push_str(value),
            None => {
                refuse(desk, word.span, name, scope);
                known = false;
            }
        }
        rest = after;
    }
    text.push_str(rest);
    known.then_some(Word { text, span: word.span })
}

/// What is before the next placeholder, its name, and what is after it.
fn next(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(open) = text.get(from..)?.find('{').map(|at| at + from) {
        let inner = text.get(open + 1..)?;
        let end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'));
        match end {
            Some(end) if end > 0 && inner.get(end..)?.starts_with('}') => {
                return Some((text.get(..open)?, inner.get(..end)?, inner.get(end + 1..)?));
            }
            _ => from = open + 1,
        }
    }
    None
}

fn refuse(desk: &Desk<'_>, span: Span, name: &str, scope: Scope<'_>) {
    let filled = matches!(scope, Scope::Member { .. });
    let near = nearest(name, ["member", "wave"]).filter(|_| filled);
    let written = format!("{{{name}}}");
    let span = match desk.source(span).find(&written) {
        Some(at) => Span { start: span.start + at, len: written.len() },
        None => span,
    };
    desk.refuse(span, |place| Error::UnknownPlaceholder { place, name: name.to_owned(), near, filled });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> Option<String> {
        let desk = Desk::new("federation.yaml".into(), text);
        let word = Word { text: text.to_owned(), span: Span { start: 0, len: text.len() } };
        fill(&desk, &word, Scope::Member { member: "ovh", wave: "canary" }).map(|word| word.text)
    }

    #[test]
    fn only_words_between_braces_are_placeholders() {
        for (text, expected) in [
            ("config/{member}.yaml", Some("config/ovh.yaml")),
            ("{member}-{wave}{member}", Some("ovh-canaryovh")),
            ("{}", Some("{}")),
            ("{{member}", Some("{ovh")),
            ("{\"a\": 1}", Some("{\"a\": 1}")),
            ("{member", Some("{member")),
            ("é{wave}é", Some("écanaryé")),
            ("{membr}", None),
            ("{member}{Wave}", None),
        ] {
            assert_eq!(filled(text).as_deref(), expected, "{text}");
        }
    }
}
