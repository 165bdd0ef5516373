//! The digests of the archives of dependencies, as `sha256sum --check` reads them.

/// `Chart.lock.sha256`: one line `DIGEST  charts/NAME-VERSION.tgz` for each dependency.
///
/// `Chart.lock` names versions, which a publisher can publish anew with other bytes. After
/// `helm dependency build`, `sha256sum --check Chart.lock.sha256` tells whether it has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Archives {
    lines: Vec<String>,
}

impl Archives {
    /// What is put behind the name of the lock.
    pub const SUFFIX: &'static str = ".sha256";

    /// Reads the text of the file; lines that are of no concern stay as they are.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self { lines: text.lines().map(str::to_owned).collect() }
    }

    /// The digest that is recorded for a version of a chart.
    #[must_use]
    pub fn get(&self, chart: &str, version: &str) -> Option<&str> {
        let file = file(chart, version);
        self.lines
            .iter()
            .find_map(|line| line.split_once("  ").filter(|(_, own)| *own == file))
            .map(|it| it.0)
    }

    /// Records `digest` for `new` in the place of the one of `old`; without one that line only goes.
    pub fn set(&mut self, chart: &str, old: &str, new: &str, digest: Option<&str>) {
        let line = digest.map(|digest| format!("{}  {}", bare(digest), file(chart, new)));
        let gone = [file(chart, old), file(chart, new)];
        let is_gone =
            |line: &String| line.split_once("  ").is_some_and(|(_, own)| gone.iter().any(|it| it == own));
        let at = self.lines.iter().position(is_gone).unwrap_or(self.lines.len());
        self.lines.retain(|line| !is_gone(line));
        if let Some(line) = line {
            self.lines.insert(at.min(self.lines.len()), line);
        }
    }

    /// The text of the file.
    #[must_use]
    pub fn text(&self) -> String {
        self.lines.iter().map(|line| format!("{line}\n")).collect()
    }
}

/// The digits of a digest, with or without the name of their algorithm.
pub(crate) fn bare(digest: &str) -> &str {
    digest.strip_prefix("sha256:").unwrap_or(digest)
}

/// Where Helm puts the archive.
fn file(chart: &str, version: &str) -> String {
    format!("charts/{chart}-{version}.tgz")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_takes_the_place_of_the_old_one() {
        let mut archives = Archives::parse("aa  charts/x-1.tgz\nbb  charts/y-1.tgz\n# by hand\n");
        assert_eq!((archives.get("x", "1"), archives.get("x", "2")), (Some("aa"), None));
        archives.set("x", "1", "2", Some("sha256:cc"));
        archives.set("z", "0", "1", Some("dd"));
        archives.set("y", "1", "2", None);
        assert_eq!(archives.text(), "cc  charts/x-2.tgz\n# by hand\ndd  charts/z-1.tgz\n");
        let before = archives.clone();
        archives.set("x", "1", "2", Some("cc"));
        assert_eq!(archives, before);
    }
}
