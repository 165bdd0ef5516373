//! The nearest right name for one that was not found.

/// The candidate that was most likely meant; `None` where nothing is near.
pub(crate) fn nearest<'n>(wanted: &str, candidates: impl IntoIterator<Item = &'n str>) -> Option<String> {
    let slips = |name: &str| strsim::damerau_levenshtein(wanted, name);
    let (slips, name) = candidates.into_iter().map(|name| (slips(name), name)).min()?;
    // One slip in three letters; beyond that a suggestion is noise rather than help.
    (1..=(wanted.chars().count() / 3).max(1)).contains(&slips).then(|| name.to_owned())
}
