//! The link to the next page of an answer.

use url::Url;

/// The address behind `rel="next"` of a header `Link`.
pub(crate) fn next(links: &str, asked: &Url) -> Option<Url> {
    let next = links.split(',').find(|link| {
        link.split(';').skip(1).any(|word| matches!(word.trim(), "rel=\"next\"" | "rel=next"))
    })?;
    let address = next.split(';').next()?.trim().strip_prefix('<')?.strip_suffix('>')?;
    asked.join(address).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found_among_the_links() {
        let asked: Url = "https://api.github.com/repos/a/b/tags?per_page=100".parse().unwrap();
        let links = "<https://api.github.com/repositories/1/tags?per_page=100&page=2>; rel=\"next\", \
                     <https://api.github.com/repositories/1/tags?per_page=100&page=9>; rel=\"last\"";
        let found = next(links, &asked).unwrap();
        assert_eq!(found.as_str(), "https://api.github.com/repositories/1/tags?per_page=100&page=2");
        assert_eq!(next("<https://x/>; rel=\"prev\"", &asked), None);
        assert_eq!(next("", &asked), None);
    }
}
