//! The rules of `.helmignore`: which files of a chart's directory Helm does not load.

/// The rules in order, as Helm reads them.
#[derive(Debug, Default)]
pub(super) struct Ignore(Vec<Rule>);

#[derive(Debug)]
struct Rule {
    pattern: Vec<char>,
    negated: bool,
    directories_only: bool,
    /// Compared with the whole path; without it, with the last part of it.
    whole_path: bool,
}

impl Ignore {
    /// Helm's own rule and those of the file; else the line that Helm does not take, and why.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut rules = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let rule = Rule::parse(line.trim());
            rules.extend(rule.map_err(|why| format!("line {}: {why}", number + 1))?);
        }
        // Helm adds this one by itself.
        rules.extend(Rule::parse("templates/.?*")?);
        Ok(Self(rules))
    }

    /// Whether Helm leaves `path`, relative to the chart, alone.
    pub(super) fn skips(&self, path: &str, is_directory: bool) -> bool {
        // A negated rule leaves out whatever it does not name; that is how Helm reads it.
        self.0.iter().any(|rule| match (rule.directories_only && !is_directory, rule.negated) {
            (true, negated) => negated,
            (false, negated) => rule.fits(path) != negated,
        })
    }
}

impl Rule {
    fn parse(line: &str) -> Result<Option<Self>, String> {
        if line.is_empty() || line.starts_with('#') {
            return Ok(None);
        }
        if line.contains("**") {
            return Err("Helm does not know `**`".to_owned());
        }
        let (negated, rule) = line.strip_prefix('!').map_or((false, line), |rest| (true, rest));
        let (directories_only, rule) = rule.strip_suffix('/').map_or((false, rule), |rest| (true, rest));
        let whole_path = rule.contains('/');
        let pattern: Vec<char> = rule.strip_prefix('/').unwrap_or(rule).chars().collect();
        // A text that reaches into every part of the pattern is not needed: its form alone is judged.
        if !is_well_formed(&pattern) {
            return Err(format!("`{line}` is no pattern"));
        }
        Ok(Some(Self { pattern, negated, directories_only, whole_path }))
    }

    fn fits(&self, path: &str) -> bool {
        let text = if self.whole_path { path } else { path.rsplit('/').next().unwrap_or(path) };
        matches(&self.pattern, &text.chars().collect::<Vec<_>>())
    }
}

/// A class of characters ends, and nothing is escaped behind the end.
fn is_well_formed(mut pattern: &[char]) -> bool {
    loop {
        pattern = match pattern {
            [] => return true,
            ['\\', _, rest @ ..] => rest,
            ['\\'] => return false,
            ['[', rest @ ..] => match class(rest, '\0') {
                Some((_, rest)) => rest,
                None => return false,
            },
            [_, rest @ ..] => rest,
        };
    }
}

/// Go's `filepath.Match`: `*` and `?` never reach over a slash.
fn matches(pattern: &[char], text: &[char]) -> bool {
    match (pattern, text) {
        ([], []) => true,
        (['*', rest @ ..], _) => {
            let reach = text.iter().position(|c| *c == '/').unwrap_or(text.len());
            (0..=reach).any(|skipped| text.get(skipped..).is_some_and(|text| matches(rest, text)))
        }
        (['?', rest @ ..], [c, text @ ..]) => *c != '/' && matches(rest, text),
        (['[', rest @ ..], [c, text @ ..]) => {
            class(rest, *c).is_some_and(|(fits, rest)| fits && matches(rest, text))
        }
        (['\\', wanted, rest @ ..], [c, text @ ..]) => wanted == c && matches(rest, text),
        ([wanted, rest @ ..], [c, text @ ..]) => wanted == c && matches(rest, text),
        _ => false,
    }
}

/// Whether `c` is in the class that begins here, and what follows the class; none where it has no end.
fn class(pattern: &[char], c: char) -> Option<(bool, &[char])> {
    let (negated, mut rest) = match pattern {
        ['^', rest @ ..] => (true, rest),
        _ => (false, pattern),
    };
    let mut fits = false;
    let mut empty = true;
    loop {
        if let ([']', after @ ..], false) = (rest, empty) {
            return Some((fits != negated, after));
        }
        let (low, after) = bound(rest)?;
        let (high, after) = match after {
            ['-', after @ ..] => bound(after)?,
            _ => (low, after),
        };
        fits |= (low..=high).contains(&c);
        (rest, empty) = (after, false);
    }
}

fn bound(pattern: &[char]) -> Option<(char, &[char])> {
    match pattern {
        [] | ['-' | ']', ..] => None,
        ['\\', c, rest @ ..] | [c, rest @ ..] => Some((*c, rest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_by_example() {
        for (rules, path, is_directory, skipped) in [
            ("*.bak", "a.bak", false, true),
            ("*.bak", "deep/er/a.bak", false, true),
            ("*.bak", "a.bak/x", false, false),
            ("/a.yaml", "a.yaml", false, true),
            ("/a.yaml", "b/a.yaml", false, false),
            ("b/*.yaml", "b/a.yaml", false, true),
            ("b/*.yaml", "b/c/a.yaml", false, false),
            ("ci/", "ci", true, true),
            ("ci/", "ci", false, false),
            ("# ci", "ci", false, false),
            ("  ci  ", "ci", false, true),
            ("a[b-d]?", "acx", false, true),
            ("a[^b-d]?", "acx", false, false),
            ("a\\*", "a*", false, true),
            ("a\\*", "ab", false, false),
            ("!*.yaml", "a.yaml", false, false),
            ("!*.yaml", "a.txt", false, true),
            ("!ci/", "a.txt", false, true),
            ("", "templates/.hidden.yaml", false, true),
            ("", "templates/a.yaml", false, false),
            ("", ".helmignore", false, false),
            (".*.swp", ".a.swp", false, true),
        ] {
            let ignore = Ignore::parse(rules).unwrap();
            assert_eq!(ignore.skips(path, is_directory), skipped, "{rules:?} on {path}");
        }
    }

    #[test]
    fn what_helm_refuses_is_refused_with_its_line() {
        for (rules, why) in [
            ("a\n**/b", "line 2: Helm does not know `**`"),
            ("[a", "line 1: `[a` is no pattern"),
            ("[]", "line 1: `[]` is no pattern"),
            ("[a-]", "line 1: `[a-]` is no pattern"),
            ("a\\", "line 1: `a\\` is no pattern"),
        ] {
            assert_eq!(Ignore::parse(rules).unwrap_err(), why);
        }
    }
}
