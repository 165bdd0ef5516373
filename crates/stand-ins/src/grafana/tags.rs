//! Grafana's tags: `KEY` or `KEY:VALUE`.

/// A tag as it is indexed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tag {
    key: String,
    value: String,
}

impl Tag {
    /// Parses texts as Grafana does: padding goes, so does what follows a second colon; empty and
    /// repeated tags are left out.
    pub(crate) fn parse_all<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<Self> {
        let mut tags: Vec<Self> = Vec::new();
        for text in texts {
            let mut parts = text.split(':').map(|part| part.trim_matches(' ').to_owned());
            let (key, value) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            let tag = Self { key, value };
            if !tag.key.is_empty() && !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        tags
    }

    /// Whether this tag of a row is one that a query asks for: a bare key takes any value.
    fn answers(&self, asked: &Self) -> bool {
        self.key == asked.key && (asked.value.is_empty() || self.value == asked.value)
    }

    /// Whether a part of the tag's key or value is `text`.
    pub(crate) fn contains(&self, text: &str) -> bool {
        self.key.contains(text) || self.value.contains(text)
    }
}

impl std::fmt::Display for Tag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.key)?;
        if self.value.is_empty() { Ok(()) } else { write!(f, ":{}", self.value) }
    }
}

/// Whether a row with these tags is found. Grafana counts the row's tags that any asked tag takes
/// and wants the two numbers equal, so two values of one key hide a row from the bare key.
pub(crate) fn found(row: &[Tag], asked: &[Tag], any: bool) -> bool {
    let hits = row.iter().filter(|tag| asked.iter().any(|asked| tag.answers(asked))).count();
    asked.is_empty() || if any { hits > 0 } else { hits == asked.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(texts: &[&str]) -> Vec<Tag> {
        Tag::parse_all(texts.iter().copied())
    }

    #[test]
    fn tags_are_cut_trimmed_and_made_single() {
        let tags =
            parse(&["  padded  ", "padded", "dup", "dup", "A", "a", "b c", "k:v:w", "é", "", " :x", "k:"]);
        let texts: Vec<String> = tags.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["padded", "dup", "A", "a", "b c", "k:v", "é", "k"]);
    }

    #[test]
    fn rows_are_found_by_counting() {
        for (row, asked, any, hit) in [
            (&["release"][..], &["release"][..], false, true),
            (&["release:a"], &["release"], false, true),
            (&["release", "release:a"], &["release"], false, false),
            (&["release:a", "release:b"], &["release"], false, false),
            (&["release:a", "release:b"], &["release"], true, true),
            (&["release:a", "release:b"], &["release:a", "release:b"], false, true),
            (&["release:a"], &["release:a:zzz"], false, true),
            (&["release"], &["RELEASE"], false, false),
            (&["member:prod", "x"], &["member:prod,x"], false, false),
            (&[], &["x"], false, false),
            (&["x"], &[], false, true),
        ] {
            assert_eq!(found(&parse(row), &parse(asked), any), hit, "{row:?} {asked:?} {any}");
        }
    }
}
