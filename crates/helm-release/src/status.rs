//! A release's status, in Helm's own words.

/// What Helm says about one revision.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Status {
    /// Helm itself does not know.
    Unknown,
    /// The live revision.
    Deployed,
    /// Taken away, with its history kept.
    Uninstalled,
    /// Was deployed until a later revision was.
    Superseded,
    /// Did not succeed.
    Failed,
    /// Is being taken away, or its removal was broken off.
    Uninstalling,
    /// A first install runs, or its Helm died.
    PendingInstall,
    /// An upgrade runs, or its Helm died.
    PendingUpgrade,
    /// A rollback runs, or its Helm died.
    PendingRollback,
    /// A word of a Helm that is newer than this crate.
    Other(String),
}

const WORDS: [(&str, Status); 9] = [
    ("unknown", Status::Unknown),
    ("deployed", Status::Deployed),
    ("uninstalled", Status::Uninstalled),
    ("superseded", Status::Superseded),
    ("failed", Status::Failed),
    ("uninstalling", Status::Uninstalling),
    ("pending-install", Status::PendingInstall),
    ("pending-upgrade", Status::PendingUpgrade),
    ("pending-rollback", Status::PendingRollback),
];

impl Status {
    /// The status that Helm writes as `word`; an empty word is [`Status::Unknown`].
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        if word.is_empty() {
            return Self::Unknown;
        }
        let known = WORDS.iter().find(|(known, _)| *known == word);
        known.map_or_else(|| Self::Other(word.to_owned()), |(_, status)| status.clone())
    }

    /// Helm's word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Other(word) => word,
            known => WORDS.iter().find(|(_, status)| status == known).map_or("unknown", |(word, _)| word),
        }
    }

    /// Whether Helm refuses further upgrades because it believes that one is under way.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        matches!(self, Self::PendingInstall | Self::PendingUpgrade | Self::PendingRollback)
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl serde::Serialize for Status {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Status {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|word| Self::from_word(&word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_comes_back_and_an_unknown_one_is_kept() {
        for (word, status) in WORDS {
            assert_eq!(Status::from_word(word), status);
            assert_eq!(status.to_string(), word);
        }
        assert_eq!(Status::from_word("pending-review").to_string(), "pending-review");
        assert_eq!(Status::from_word(""), Status::Unknown);
    }

    #[test]
    fn only_helms_three_pending_words_are_pending() {
        let pending: Vec<_> =
            WORDS.iter().filter(|(_, status)| status.is_pending()).map(|(word, _)| *word).collect();
        assert_eq!(pending, ["pending-install", "pending-upgrade", "pending-rollback"]);
        assert!(!Status::from_word("pending-review").is_pending());
    }
}
