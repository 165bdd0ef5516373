//! How many crates a crate is, with all it needs to be built.

use std::collections::BTreeSet;

/// Crates that others embed, and how many crates they may be in all.
const LIMITS: &[(&str, usize)] = &[("git-crypt-format", 20)];

/// Asks `tree` for the packages of a crate, one a line; every broken limit is a sentence.
pub(crate) fn closure<E>(tree: impl Fn(&str) -> Result<String, E>) -> Result<Vec<String>, E> {
    let mut found = Vec::new();
    for (name, limit) in LIMITS {
        let listing = tree(name)?;
        // A star marks what was listed before.
        let crates: BTreeSet<&str> = listing
            .lines()
            .map(|line| line.trim_end_matches(" (*)"))
            .filter(|line| !line.is_empty())
            .collect();
        if crates.len() > *limit {
            found.push(format!("{name} is {} crates with all it needs, at most {limit}", crates.len()));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_that_needs_too_many_is_named() {
        let tree = |count: usize| {
            move |_: &str| -> Result<String, ()> {
                Ok((0..count).map(|n| format!("c{n} v1\nc{n} v1 (*)\n")).collect())
            }
        };
        assert_eq!(closure(tree(20)), Ok(vec![]));
        assert_eq!(closure(tree(21)).map(|found| found.len()), Ok(1));
    }
}
