//! What git is configured to do.

use std::collections::HashMap;

use camino::Utf8PathBuf;

/// All settings that hold for a repository, the last of each name.
#[derive(Debug, Clone, Default)]
pub struct Config(HashMap<String, String>);

impl Config {
    /// Reads what `git config --list -z` prints.
    #[must_use]
    pub fn parse(listing: &[u8]) -> Self {
        let pairs = listing.split(|byte| *byte == 0).filter(|pair| !pair.is_empty()).map(|pair| {
            let pair = String::from_utf8_lossy(pair);
            // A name without a value is true.
            let (name, value) = pair.split_once('\n').unwrap_or((&pair, "true"));
            (name.to_owned(), value.to_owned())
        });
        Self(pairs.collect())
    }

    /// A value; the name is in lower case but for its middle part.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Whether it is switched on.
    #[must_use]
    pub fn is_on(&self, name: &str) -> bool {
        let value = self.get(name).map(str::to_ascii_lowercase);
        value.is_some_and(|value| matches!(value.as_str(), "true" | "yes" | "on" | "1"))
    }

    /// A path, with the home folder for a tilde.
    #[must_use]
    pub fn path(&self, name: &str, home: Option<&camino::Utf8Path>) -> Option<Utf8PathBuf> {
        let value = self.get(name)?;
        match (value.strip_prefix("~/"), home) {
            (Some(rest), Some(home)) => Some(home.join(rest)),
            _ => Some(value.into()),
        }
    }
}
