//! The name that was probably meant.

/// The nearest of `known`, where it is near enough to be a slip of the fingers.
pub(crate) fn nearest<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let scored = known.into_iter().map(|name| (strsim::damerau_levenshtein(text, name), name));
    let (distance, name) = scored.min_by_key(|(distance, _)| *distance)?;
    let longest = text.chars().count().max(name.chars().count());
    // A third of the letters: `naem` is `name`, `soak` is not `window`.
    (distance <= (longest / 3).max(1) && distance < longest).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn only_slips_of_the_fingers_are_near() {
        let known = ["name", "soak", "parallel", "window"];
        assert_eq!(nearest("naem", known).as_deref(), Some("name"));
        assert_eq!(nearest("paralel", known).as_deref(), Some("parallel"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest("x", ["y"]), None);
        assert_eq!(nearest("name", []), None);
    }
}
