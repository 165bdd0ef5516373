//! The rules of one file of attributes.

use super::State;
use super::line::{self, Line};
use super::pattern::Pattern;

/// The rules and macros of one file, in their order.
#[derive(Debug, Default)]
pub struct Layer {
    rules: Vec<Rule>,
    macros: Vec<(String, Vec<(String, State)>)>,
}

/// A pattern, and what it says.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) pattern: Pattern,
    pub(super) states: Vec<(String, State)>,
}

impl Layer {
    /// Reads a file as git does: what git warns of and skips is skipped. Only the files outside of
    /// folders, and the one at the top, may define macros.
    #[must_use]
    pub fn parse(text: &[u8], macros: bool, ignore_case: bool) -> Self {
        let mut layer = Self::default();
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        for bytes in text.split(|byte| *byte == b'\n') {
            match line::parse(bytes) {
                Some(Line::Macro(name, states)) if macros => layer.macros.push((name, states)),
                Some(Line::Rule(pattern, states)) => {
                    if let Some(pattern) = Pattern::parse(&pattern, ignore_case) {
                        layer.rules.push(Rule { pattern, states });
                    }
                }
                Some(Line::Macro(..)) | None => {}
            }
        }
        layer
    }

    pub(super) fn rules(&self) -> impl DoubleEndedIterator<Item = &Rule> {
        self.rules.iter()
    }

    pub(super) fn macros(&self) -> impl DoubleEndedIterator<Item = (&str, &[(String, State)])> {
        self.macros.iter().map(|(name, states)| (name.as_str(), states.as_slice()))
    }
}
