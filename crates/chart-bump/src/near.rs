//! The nearest right name for one that was not found.

/// The candidate that was most likely meant; `None` where nothing is near.
pub(crate) fn nearest<'n>(wanted: &str, candidates: impl IntoIterator<Item = &'n str>) -> Option<String> {
    let best = candidates
        .into_iter()
        .map(|name| (strsim::jaro_winkler(wanted, name), name))
        .max_by(|left, right| left.0.total_cmp(&right.0))?;
    // Below this, suggestions of the same length are noise rather than help.
    (best.0 >= 0.8 && best.1 != wanted).then(|| best.1.to_owned())
}
