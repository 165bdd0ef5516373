//! The one grammar behind all names: an RFC 1123 label or subdomain with a limit.

/// A text that is not a name of its kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a valid {what}: {why}")]
pub struct InvalidName {
    /// What the text was meant to name.
    pub what: &'static str,
    /// The text as given.
    pub text: String,
    /// The rule it breaks.
    pub why: String,
}

/// The rule of one kind of name.
pub(crate) struct Grammar {
    pub(crate) what: &'static str,
    pub(crate) limit: usize,
    pub(crate) dots: bool,
}

impl Grammar {
    pub(crate) fn check(&self, text: &str) -> Result<(), InvalidName> {
        match self.broken_rule(text) {
            None => Ok(()),
            Some(why) => Err(InvalidName { what: self.what, text: text.to_owned(), why }),
        }
    }

    fn broken_rule(&self, text: &str) -> Option<String> {
        if text.is_empty() {
            return Some("it is empty".to_owned());
        }
        if text.len() > self.limit {
            return Some(format!("it has {} characters, at most {} are allowed", text.len(), self.limit));
        }
        let allowed =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || (self.dots && c == '.');
        if let Some(bad) = text.chars().find(|c| !allowed(*c)) {
            let dot = if self.dots { ", `-` and `.`" } else { " and `-`" };
            return Some(format!("`{bad}` is not allowed, only lower-case letters, digits{dot}"));
        }
        let edge = |part: &str| part.starts_with('-') || part.ends_with('-') || part.is_empty();
        if text.split('.').any(edge) {
            return Some("it must begin and end with a letter or digit".to_owned());
        }
        None
    }
}
