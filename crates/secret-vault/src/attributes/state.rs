//! What the rules say of one path: nearer rules first, macros opened.

use std::collections::HashMap;

use super::Layer;
use super::layer::Rule;

/// What an attribute is for a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// `attr`
    Set,
    /// `-attr`
    Unset,
    /// Nobody says, or `!attr`.
    Unspecified,
    /// `attr=value`
    Value(Vec<u8>),
}

impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Set => f.write_str("set"),
            Self::Unset => f.write_str("unset"),
            Self::Unspecified => f.write_str("unspecified"),
            Self::Value(value) => f.write_str(&String::from_utf8_lossy(value)),
        }
    }
}

/// All attributes of one path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct States(HashMap<String, State>);

impl States {
    /// The state of an attribute.
    #[must_use]
    pub fn get(&self, name: &str) -> &State {
        self.0.get(name).unwrap_or(&State::Unspecified)
    }

    /// The name of the git-crypt key that seals the path: the empty name is the default key.
    #[must_use]
    pub fn key_name(&self) -> Option<&str> {
        let State::Value(filter) = self.get("filter") else { return None };
        let rest = std::str::from_utf8(filter).ok()?.strip_prefix("git-crypt")?;
        match rest.strip_prefix('-') {
            Some(name) if git_crypt_format::is_name(name.as_bytes()) => Some(name),
            _ => rest.is_empty().then_some(rest),
        }
    }

    /// Whether the path is sealed with age.
    #[must_use]
    pub fn is_age(&self) -> bool {
        matches!(self.get("filter"), State::Value(filter) if filter == b"age")
    }

    /// The attribute by which git would change the bytes of an age file. They begin with text, so `text=auto`
    /// may take them for it.
    #[must_use]
    pub fn spoils_age(&self) -> Option<&'static str> {
        let is_auto = matches!(self.get("text"), State::Value(value) if value == b"auto");
        self.spoils().or(is_auto.then_some("text=auto"))
    }

    /// The attribute by which git would change sealed bytes on their way in or out.
    ///
    /// `text=auto` is none: sealed bytes begin with a zero, so git takes them for binary.
    #[must_use]
    pub fn spoils(&self) -> Option<&'static str> {
        let same = |value: &[u8]| value.eq_ignore_ascii_case(b"utf-8") || value.eq_ignore_ascii_case(b"utf8");
        if matches!(self.get("working-tree-encoding"), State::Value(value) if !same(value)) {
            return Some("working-tree-encoding");
        }
        if *self.get("ident") == State::Set {
            return Some("ident");
        }
        // As git does it, `crlf` is only looked at where `text` says nothing that is known.
        let known = |name| match self.get(name) {
            State::Value(value) if value != b"auto" && value != b"input" => None,
            State::Unspecified => None,
            state => Some((name, state)),
        };
        match known("text").or_else(|| known("crlf")) {
            Some((_, State::Unset)) => None,
            Some((_, State::Value(value))) if value == b"auto" => None,
            Some((name, _)) => Some(name),
            None => match self.get("eol") {
                State::Value(value) if value == b"lf" || value == b"crlf" => Some("eol"),
                _ => None,
            },
        }
    }
}

/// What holds for `path` by the layers, the strongest first.
pub(super) fn resolve(layers: &[(&[u8], &Layer)], path: &[u8], ignore_case: bool) -> States {
    let mut macros: HashMap<&str, &[(String, State)]> = HashMap::new();
    for (_, layer) in layers {
        for (name, states) in layer.macros().rev() {
            macros.entry(name).or_insert(states);
        }
    }
    let binary: Vec<(String, State)> =
        ["diff", "merge", "text"].map(|name| (name.to_owned(), State::Unset)).into();
    macros.entry("binary").or_insert(&binary);
    let mut found = States::default();
    for (folder, layer) in layers {
        for Rule { pattern, states } in layer.rules().rev() {
            if pattern.matches(folder, path, ignore_case) {
                fill(&mut found, states, &macros);
            }
        }
    }
    found
}

/// The first word on an attribute holds; a macro that is set speaks at once.
fn fill<'s>(
    found: &mut States,
    states: &'s [(String, State)],
    macros: &HashMap<&str, &'s [(String, State)]>,
) {
    let mut left: Vec<&(String, State)> = states.iter().collect();
    while let Some((name, state)) = left.pop() {
        if found.0.contains_key(name) {
            continue;
        }
        found.0.insert(name.clone(), state.clone());
        if *state == State::Set
            && let Some(opened) = macros.get(name.as_str())
        {
            left.extend(opened.iter());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states(pairs: &[(&str, &str)]) -> States {
        let state = |text: &str| match text {
            "set" => State::Set,
            "unset" => State::Unset,
            "unspecified" => State::Unspecified,
            value => State::Value(value.into()),
        };
        States(pairs.iter().map(|(name, text)| ((*name).to_owned(), state(text))).collect())
    }

    #[test]
    fn only_what_git_would_convert_spoils() {
        for (pairs, spoils) in [
            (&[][..], None),
            (&[("text", "auto")], None),
            (&[("text", "auto"), ("eol", "crlf")], None),
            (&[("text", "set")], Some("text")),
            (&[("text", "input")], Some("text")),
            (&[("text", "unset"), ("eol", "lf")], None),
            (&[("text", "strange"), ("eol", "lf")], Some("eol")),
            (&[("eol", "crlf")], Some("eol")),
            (&[("crlf", "set")], Some("crlf")),
            (&[("crlf", "unset"), ("eol", "lf")], None),
            (&[("ident", "set")], Some("ident")),
            (&[("working-tree-encoding", "UTF-16")], Some("working-tree-encoding")),
        ] {
            assert_eq!(states(pairs).spoils(), spoils, "{pairs:?}");
        }
    }

    #[test]
    fn the_filter_names_the_key() {
        for (filter, name) in [
            ("git-crypt", Some("")),
            ("git-crypt-ops", Some("ops")),
            ("git-crypt-", None),
            ("git-crypt-default", None),
            ("git-crypt2", None),
            ("lfs", None),
            ("set", None),
        ] {
            assert_eq!(states(&[("filter", filter)]).key_name(), name, "{filter}");
        }
    }
}
