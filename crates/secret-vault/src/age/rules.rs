//! The rules of `.gitattributes`, moved from git-crypt to age and back.

use camino::{Utf8Path, Utf8PathBuf};

use super::Paths;

/// The rules with age where git-crypt stood. git must take the bytes as they are, so `-text` is added; and the
/// vault's own files are taken out of every rule.
#[must_use]
pub fn to_age(rules: &str) -> String {
    let line = |line: &str| {
        let moved = words(line, |word| match word.split_once('=') {
            Some((name @ ("filter" | "diff" | "merge"), driver)) if is_git_crypt(driver) => {
                Some(format!("{name}=age"))
            }
            _ => None,
        })?;
        let says_text = |word: &str| matches!(word, "text" | "-text" | "binary") || word.starts_with("text=");
        Some(if moved.split_whitespace().any(says_text) { moved } else { format!("{moved} -text") })
    };
    each_line(rules, line)
}

/// The rules with git-crypt where age stood. What else was added does no harm, and stays.
#[must_use]
pub fn to_git_crypt(rules: &str) -> String {
    each_line(rules, |line| {
        words(line, |word| match word {
            "filter=age" | "diff=age" | "merge=age" => Some(word.replace("=age", "=git-crypt")),
            _ => None,
        })
    })
}

/// The file of rules that has the last word on the vault's own files: of those that are there the nearest, or
/// one at the top.
#[must_use]
pub fn for_own_files<'f>(ruled: impl IntoIterator<Item = &'f Utf8Path>, paths: &Paths) -> Utf8PathBuf {
    let above = |file: &&Utf8Path| paths.readers.starts_with(folder(file));
    let nearest = ruled.into_iter().filter(above).max_by_key(|file| file.components().count());
    nearest.unwrap_or(Utf8Path::new(".gitattributes")).to_owned()
}

/// The rules in `file` with those for the vault's own files, unless they are there.
#[must_use]
pub fn with_own_files(rules: &str, file: &Utf8Path, paths: &Paths) -> String {
    let mut all = rules.to_owned();
    for (path, text) in [(&paths.readers, "text"), (&paths.manifest, "-text"), (&paths.keyring, "-text")] {
        let path = path.strip_prefix(folder(file)).unwrap_or(path);
        let rule = format!("/{path} !filter !diff !merge {text}");
        if !all.lines().any(|line| line == rule) {
            if !all.is_empty() && !all.ends_with('\n') {
                all.push('\n');
            }
            all.push_str(&rule);
            all.push('\n');
        }
    }
    all
}

fn folder(file: &Utf8Path) -> &Utf8Path {
    file.parent().unwrap_or(Utf8Path::new(""))
}

fn is_git_crypt(driver: &str) -> bool {
    driver == "git-crypt" || driver.starts_with("git-crypt-")
}

fn each_line(rules: &str, moved: impl Fn(&str) -> Option<String>) -> String {
    rules
        .split_inclusive('\n')
        .map(|whole| {
            let line = whole.trim_end_matches(['\n', '\r']);
            let ending = whole.get(line.len()..).unwrap_or_default();
            match moved(line) {
                Some(moved) if !line.trim_start().starts_with('#') => format!("{moved}{ending}"),
                _ => whole.to_owned(),
            }
        })
        .collect()
}

/// The line with some of its words replaced, blanks kept; none where no word is.
fn words(line: &str, replaced: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut any = false;
    let words: Vec<String> = line
        .split_inclusive([' ', '\t'])
        .map(|whole| {
            let word = whole.trim_end_matches([' ', '\t']);
            match replaced(word) {
                Some(new) => {
                    any = true;
                    format!("{new}{}", whole.get(word.len()..).unwrap_or_default())
                }
                None => whole.to_owned(),
            }
        })
        .collect();
    any.then(|| words.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = "# filter=git-crypt is ours\n**/secrets/** filter=git-crypt diff=git-crypt\n*.md text\n\
                         ops/** filter=git-crypt-ops  diff=git-crypt-ops -text\r\nx filter=lfs diff=git-crypting";

    #[test]
    fn rules_move_there_and_back() {
        let moved = to_age(RULES);
        assert_eq!(
            moved,
            "# filter=git-crypt is ours\n**/secrets/** filter=age diff=age -text\n*.md text\n\
             ops/** filter=age  diff=age -text\r\nx filter=lfs diff=git-crypting"
        );
        assert_eq!(to_age(&moved), moved);
        assert_eq!(
            to_git_crypt(&moved).lines().nth(1).unwrap(),
            "**/secrets/** filter=git-crypt diff=git-crypt -text"
        );
        assert_eq!(to_git_crypt(RULES), RULES);
    }

    #[test]
    fn own_files_are_taken_out_once() {
        let paths = Paths::beside("secrets/recipients.txt".into());
        let top = Utf8Path::new(".gitattributes");
        let all = with_own_files("x -text", top, &paths);
        assert_eq!(
            all,
            "x -text\n/secrets/recipients.txt !filter !diff !merge text\n\
             /secrets/manifest.txt !filter !diff !merge -text\n/secrets/vault.age !filter !diff !merge -text\n"
        );
        assert_eq!(with_own_files(&all, top, &paths), all);
    }

    #[test]
    fn the_nearest_rules_have_the_last_word() {
        let paths = Paths::beside("deploy/secrets/recipients.txt".into());
        let files = [".gitattributes", "deploy/.gitattributes", "docs/.gitattributes", "dep/.gitattributes"];
        let file = for_own_files(files.map(Utf8Path::new), &paths);
        assert_eq!(file, "deploy/.gitattributes");
        assert!(with_own_files("", &file, &paths).starts_with("/secrets/recipients.txt !filter"));
        assert_eq!(for_own_files([], &paths), ".gitattributes");
    }
}
