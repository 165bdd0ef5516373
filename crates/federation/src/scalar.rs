//! The grammars of our own scalars: durations, URLs, paths and globs.

use std::time::Duration;

use camino::{Utf8Component, Utf8PathBuf};
use url::Url;

/// `90s`, `10m`, `1h30m`: whole numbers, the larger unit first.
pub(crate) fn duration(text: &str) -> Result<Duration, &'static str> {
    const FORM: &str = "write it like `90s`, `10m` or `1h30m`";
    let mut seconds = 0_u64;
    let mut smallest = u64::MAX;
    let mut rest = text;
    while !rest.is_empty() {
        let digits =
            rest.find(|c: char| !c.is_ascii_digit()).ok_or("its unit is missing: `s`, `m` or `h`")?;
        let (number, tail) = rest.split_at(digits);
        let mut tail = tail.chars();
        let unit = match tail.next() {
            Some('s') => 1,
            Some('m') => 60,
            Some('h') => 3600,
            _ => return Err(FORM),
        };
        if unit >= smallest {
            return Err(FORM);
        }
        let number: u64 = number.parse().map_err(|_| FORM)?;
        let part = number.checked_mul(unit).ok_or("it is too long")?;
        seconds = seconds.checked_add(part).ok_or("it is too long")?;
        smallest = unit;
        rest = tail.as_str();
    }
    match seconds {
        0 if text.is_empty() => Err(FORM),
        0 => Err("it must be longer than nothing"),
        // A year: what is longer is a slip.
        1..=31_536_000 => Ok(Duration::from_secs(seconds)),
        _ => Err("it is longer than a year"),
    }
}

/// An absolute http or https URL, with a path that ends in `/` so that others can be joined to it.
pub(crate) fn url(text: &str) -> Result<Url, String> {
    if !text.starts_with("https://") && !text.starts_with("http://") {
        return Err("it must begin with `https://` or `http://`".to_owned());
    }
    let mut url = Url::parse(text).map_err(|error| error.to_string())?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it holds a user or password, which belong into a sealed file".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("paths are appended to it, so it cannot have a query or fragment".to_owned());
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

/// A path that stays inside the folder of the file.
pub(crate) fn path(text: &str) -> Result<Utf8PathBuf, &'static str> {
    if text.contains('*') {
        return Err("`*` works in `{glob: ...}` alone");
    }
    inside(text)
}

/// A glob: a folder and a pattern, `*` in the pattern alone.
pub(crate) fn glob(text: &str) -> Result<(Utf8PathBuf, String), &'static str> {
    let path = inside(text)?;
    let pattern = path.file_name().ok_or("its last part must be a pattern")?.to_owned();
    let folder = path.parent().map(Utf8PathBuf::from).unwrap_or_default();
    if folder.as_str().contains('*') {
        return Err("`*` is allowed in its last part alone");
    }
    if !pattern.contains('*') {
        return Err("it holds no `*`; one file is a plain path, or `file:`");
    }
    if pattern.contains(['?', '[', ']', '{', '}']) {
        return Err("`*` is the only wildcard");
    }
    Ok((folder, pattern))
}

fn inside(text: &str) -> Result<Utf8PathBuf, &'static str> {
    if text.is_empty() {
        return Err("it is empty");
    }
    if text.contains(['\\', '\0', '\n']) {
        return Err("it holds a character that no path of a repository has");
    }
    if text.starts_with('~') {
        return Err("it must be relative to the federation file");
    }
    let path = Utf8PathBuf::from(text);
    let mut depth = 0_i64;
    for part in path.components() {
        match part {
            Utf8Component::Prefix(_) | Utf8Component::RootDir => {
                return Err("it must be relative to the federation file");
            }
            Utf8Component::CurDir => {}
            Utf8Component::ParentDir => depth -= 1,
            Utf8Component::Normal(_) => depth += 1,
        }
        if depth < 0 {
            return Err("it leaves the folder of the federation file");
        }
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, seconds) in
            [("90s", Some(90)), ("10m", Some(600)), ("1h30m", Some(5400)), ("1h1m1s", Some(3661))]
        {
            assert_eq!(duration(text).ok().map(|d| d.as_secs()), seconds, "{text}");
        }
        for text in [
            "",
            "0s",
            "10",
            "m",
            "10 m",
            "10d",
            "30m1h",
            "1m1m",
            "1.5h",
            "-1s",
            "99999999999999999999h",
            "9999999h",
        ] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn urls() {
        assert_eq!(url("https://mybinder.org").unwrap().as_str(), "https://mybinder.org/");
        assert_eq!(
            url("http://127.0.0.1:1/staging/hub").unwrap().as_str(),
            "http://127.0.0.1:1/staging/hub/"
        );
        for text in
            ["mybinder.org", "ftp://a", "https://", "https://u:p@a/", "https://a/?x=1", "https://a/#b", "/a"]
        {
            assert!(url(text).is_err(), "{text}");
        }
    }

    #[test]
    fn paths_stay_inside() {
        for text in ["a", "a/b.yaml", "./a", "a/../b", "a/b/../../c", "..a"] {
            assert!(path(text).is_ok(), "{text}");
        }
        for text in ["", "/a", "..", "../a", "a/../../b", "~/a", "a\\b", "a/*.yaml"] {
            assert!(path(text).is_err(), "{text}");
        }
    }

    #[test]
    fn globs_have_their_star_in_the_last_part() {
        assert_eq!(glob("config/common/*.yaml").unwrap(), ("config/common".into(), "*.yaml".to_owned()));
        assert_eq!(glob("*").unwrap(), (Utf8PathBuf::new(), "*".to_owned()));
        for text in ["config/a.yaml", "config/*/a.yaml", "*/*.yaml", "a/?*", "a/[ab]*", "../*", "a/*/.."] {
            assert!(glob(text).is_err(), "{text}");
        }
    }
}
