//! Whether two version texts name the same release.

/// Whether `expected` and `seen` are the same release.
///
/// They are when they are equal, or when one is a chart version as chartpress writes it
/// (`1.0.0-0.dev.git.3983.h383374de`, `0.2.0-n1011.hb49edf6`), the other a Python version of a
/// checkout (`1.0.0+12.g383374d`, `0.10.0-100.g0dba611`), and both name the same commit. A
/// `dirty` build is never equal to a clean one: nobody can say what it holds.
#[must_use]
pub fn same_release(expected: &str, seen: &str) -> bool {
    if expected == seen {
        return !expected.is_empty();
    }
    match (chartpress(expected), checkout(seen), chartpress(seen), checkout(expected)) {
        (Some(one), Some(other), _, _) | (_, _, Some(one), Some(other)) => same_commit(one, other),
        _ => false,
    }
}

/// The commit of `…git.N.hHASH` and `…-nN.hHASH`.
fn chartpress(version: &str) -> Option<&str> {
    let (front, last) = version.rsplit_once('.')?;
    let counted = front.rsplit_once("git.").or_else(|| front.rsplit_once("-n"))?.1;
    let commit = last.strip_prefix('h')?;
    (is_number(counted) && is_commit(commit)).then_some(commit)
}

/// The commit of `…+N.gHASH`, `…-N.gHASH` and `…+gHASH`; setuptools-scm adds a date behind it.
fn checkout(version: &str) -> Option<&str> {
    if version.contains("dirty") {
        return None;
    }
    version
        .split(['+', '.', '-'])
        .skip(1)
        .filter_map(|part| part.strip_prefix('g'))
        .find(|part| is_commit(part))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_commit(text: &str) -> bool {
    (7..=40).contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// git abbreviates to the shortest unique prefix, so the two may differ in length.
fn same_commit(one: &str, other: &str) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table() {
        let same = [
            ("1.2.3", "1.2.3"),
            ("0+unknown", "0+unknown"),
            ("1.0.0-0.dev.git.3983.h383374de", "1.0.0-0.dev.git.3983.h383374de"),
            ("1.0.0-0.dev.git.3983.h383374de", "1.0.0+12.g383374d"),
            ("1.0.0-0.dev.git.3983.h383374d", "1.0.0+12.g383374de"),
            ("1.0.0-beta.2.git.3983.h383374de", "0.2.0+3983.g383374de"),
            ("0.2.0-n1011.hb49edf6", "0.2.0+1011.gb49edf6"),
            ("0.2.0-n1011.hb49edf6", "0.10.0-100.gb49edf6"),
            ("1.0.0-0.dev.git.3983.h383374de", "0.1.dev1+g383374de"),
            ("1.0.0-0.dev.git.3983.h383374de", "0.1.dev1+g383374de.d20261121"),
            ("1.0.0-0.dev.git.3983.h383374de", "0+untagged.1.g383374de"),
            ("1.0.0+12.g383374d", "1.0.0-0.dev.git.3983.h383374de"),
        ];
        for (expected, seen) in same {
            assert!(same_release(expected, seen), "{expected} and {seen}");
        }
        let different = [
            ("", ""),
            ("1.2.3", "1.2.4"),
            ("1.2.3", "1.2.3+1.g383374d"),
            ("1.0.0-0.dev.git.3983.h383374de", "1.0.0-0.dev.git.3984.h383374de"),
            ("1.0.0-0.dev.git.3983.h383374de", "1.0.0+12.g383374e"),
            ("1.0.0-0.dev.git.3983.h383374de", "1.0.0+12.g383374d.dirty"),
            ("1.0.0-0.dev.git.3983.h383374de", "0+unknown"),
            ("1.0.0-0.dev.git.3983.h3833", "1.0.0+12.g3833"),
            ("1.0.0-0.dev.git.x.h383374de", "1.0.0+12.g383374de"),
            ("1.0.0-0.dev.git.3983.383374de", "1.0.0+12.g383374de"),
            ("1.0.0+12.g383374d", "1.0.1+13.g383374d"),
        ];
        for (expected, seen) in different {
            assert!(!same_release(expected, seen), "{expected} and {seen}");
        }
    }
}
