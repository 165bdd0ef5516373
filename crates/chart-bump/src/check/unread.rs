//! Published versions that the scheme cannot read, and that seem to be newer than the one in use.

use std::cmp::Ordering;

use crate::source::Index;
use crate::version::{Scheme, Version};

/// Those that a person has to look at.
///
/// A text of another scheme is judged by what it means where it can be compared, else by the
/// numbers that it begins with. Names that begin with no number, such as `latest`, move by
/// themselves and are no versions.
pub(super) fn newer_unread(current: &str, declared: Option<Scheme>, index: &Index) -> Vec<String> {
    let in_use = Version::detect(current).ok();
    let scheme = declared.or_else(|| in_use.as_ref().map(Version::scheme));
    let is_newer = |text: &str| {
        let read = Version::detect(text).ok();
        let is_of_scheme = match (scheme, &read) {
            (Some(scheme), _) => scheme.parse(text).is_ok(),
            (None, read) => read.is_some(),
        };
        if is_of_scheme {
            return false;
        }
        let by_meaning = in_use.as_ref().zip(read.as_ref()).and_then(|(old, new)| new.compare(old));
        match by_meaning {
            // Without a declared scheme a release beside counted commits is no surprise.
            Some(order) => declared.is_some() && order == Ordering::Greater,
            None if read.as_ref().is_some_and(|read| !read.scheme().has_order()) => false,
            None if declared.is_none() && read.is_some() => false,
            None => numbers(text).is_some_and(|new| numbers(current).is_some_and(|old| new >= old)),
        }
    };
    let texts = index.entries.iter().map(|entry| entry.version.as_str());
    texts.filter(|text| *text != current && is_newer(text)).map(str::to_owned).collect()
}

/// The numbers that a text begins with, as in `2026.4.1.dev44`; `None` where it begins otherwise,
/// as hashes do.
fn numbers(text: &str) -> Option<Vec<u64>> {
    let mut rest = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let mut numbers = Vec::new();
    loop {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (digits, behind) = rest.split_at(end);
        if behind.starts_with(|c: char| c.is_ascii_alphabetic()) && numbers.is_empty() {
            return None;
        }
        let Ok(number) = digits.parse() else {
            break;
        };
        numbers.push(number);
        match behind.strip_prefix(['.', '_', '-']) {
            Some(next) => rest = next,
            None => break,
        }
    }
    (!numbers.is_empty()).then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Origin;
    use crate::source::IndexEntry;

    fn unread(current: &str, declared: Option<Scheme>, versions: &[&str]) -> Vec<String> {
        let entry = |version: &&str| IndexEntry { version: (*version).to_owned(), ..IndexEntry::default() };
        let entries = versions.iter().map(entry).collect();
        newer_unread(
            current,
            declared,
            &Index { origin: Origin::File("i".into()), chart: "x".into(), entries },
        )
    }

    #[test]
    fn what_might_be_newer_is_told_and_what_cannot_be_is_not() {
        let tags =
            ["latest", "main", "0.11.0-100.g0dba611", "9766c954", "2026.4.1.dev44-g97bb4e45a", "sha-1234567"];
        let in_use = "2026.4.1.dev44-g97bb4e45a";
        assert_eq!(unread(in_use, Some(Scheme::Calver), &tags), [""; 0]);
        let new = ["2026.4.1~45", "2026_5_0", "2025.1-odd", "2026.5"];
        assert_eq!(unread(in_use, Some(Scheme::Calver), &new), ["2026.4.1~45", "2026_5_0", "2026.5"]);
    }

    #[test]
    fn another_scheme_counts_where_one_is_declared() {
        let in_use = "1.0.0-0.dev.git.9.hbbbbbbb";
        let versions = ["0.9.0", "1.0.0", "0.1.0-9692255", "9692255"];
        assert_eq!(unread(in_use, Some(Scheme::Chartpress), &versions), ["1.0.0"]);
        assert_eq!(unread(in_use, None, &versions), [""; 0]);
    }
}
