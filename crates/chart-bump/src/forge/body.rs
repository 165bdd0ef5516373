//! The text of a pull request, in Markdown.

use std::fmt::Write as _;

use github_client::Merged;
use url::Url;

/// GitHub takes 65,536 characters.
pub(super) const LONGEST: usize = 60_000;
/// So many characters of one release's notes; the rest is behind its link.
const NOTES: usize = 4_000;

/// What a pull request tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Body {
    /// The pages that compare the versions.
    pub compare: Vec<Url>,
    /// What must be seen first: a chart inside that changes, a source that was given up, a guard that
    /// was lifted.
    pub loud: Vec<String>,
    /// What upstream merged, newest first.
    pub merged: Vec<Merged>,
    /// How many commits lie between the versions, where that is known.
    pub commits: Option<u64>,
    /// The notes of the releases between the versions, newest first.
    pub releases: Vec<ReleaseNotes>,
    /// Where versions change here, one line each.
    pub places: Vec<String>,
    /// What else is to be known.
    pub notes: Vec<String>,
}

/// What a release says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseNotes {
    /// Its tag.
    pub tag: String,
    /// Its page.
    pub url: String,
    /// Its notes.
    pub text: String,
}

impl Body {
    /// The whole text, cut where the forge would refuse it.
    #[must_use]
    pub fn text(&self) -> String {
        self.within(LONGEST)
    }

    /// The text in at most so many bytes.
    pub(super) fn within(&self, longest: usize) -> String {
        let mut text = String::new();
        for page in &self.compare {
            let _ = writeln!(text, "{page}");
        }
        for line in &self.loud {
            let _ = write!(text, "\n> [!WARNING]\n> {}\n", quiet(line));
        }
        self.merged_upstream(&mut text, longest / 2);
        section(&mut text, "Changed here", &self.places);
        section(&mut text, "Please note", &self.notes.iter().map(|note| quiet(note)).collect::<Vec<_>>());
        for release in &self.releases {
            let notes = shortened(&quiet_block(&release.text), NOTES);
            let entry = format!(
                "\n<details><summary>Release <a href=\"{}\">{}</a></summary>\n\n{notes}\n\n</details>\n",
                release.url,
                quiet(&release.tag)
            );
            if text.len() + entry.len() > longest {
                break;
            }
            text.push_str(&entry);
        }
        shortened(&text, longest)
    }

    fn merged_upstream(&self, text: &mut String, longest: usize) {
        let commits =
            self.commits.map(|count| format!(", {count} {}", if count == 1 { "commit" } else { "commits" }));
        let lines = self.merged.iter().map(|pull| {
            let author =
                pull.author.as_deref().map(|author| format!(" ({})", quiet(author))).unwrap_or_default();
            let labels: String = pull.labels.iter().map(|label| format!(" `{}`", quiet(label))).collect();
            format!("- [#{}]({}) {}{author}{labels}\n", pull.number, pull.url, quiet(&pull.title))
        });
        for (at, line) in lines.enumerate() {
            if at == 0 {
                let _ = write!(text, "\n### Merged upstream{}\n\n", commits.as_deref().unwrap_or_default());
            }
            // The end of a very long list is behind the page that compares.
            if text.len() + line.len() > longest {
                let _ = writeln!(text, "- and {} more", self.merged.len() - at);
                return;
            }
            text.push_str(&line);
        }
    }
}

fn section(text: &mut String, head: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let _ = write!(text, "\n### {head}\n\n");
    for line in lines {
        let _ = writeln!(text, "- {line}");
    }
}

/// Foreign words on one line: no mark-up, and nobody is called by an `@`.
pub(super) fn quiet(text: &str) -> String {
    let mut out = String::new();
    for char in text.chars() {
        match char {
            '<' => out.push_str("&lt;"),
            '@' => out.push_str("@\u{200b}"),
            '[' | ']' | '`' | '*' | '_' if !text.contains('`') => {
                out.push('\\');
                out.push(char);
            }
            char if char.is_control() => out.push(' '),
            char => out.push(char),
        }
    }
    out
}

/// Foreign Markdown: it stays, but calls nobody, hides nothing and ends no block of ours.
fn quiet_block(text: &str) -> String {
    let text = text.replace('\r', "").replace('@', "@\u{200b}");
    text.replace("<!--", "&lt;!--")
        .replace("</details>", "&lt;/details&gt;")
        .replace("<details", "&lt;details")
}

fn shortened(text: &str, longest: usize) -> String {
    if text.len() <= longest {
        return text.to_owned();
    }
    let end = (0..=longest).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    format!("{}\n\n(cut here)\n", text.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(number: u64, title: &str) -> Merged {
        Merged {
            number,
            title: title.to_owned(),
            url: format!("https://github.com/up/hub/pull/{number}"),
            merged_at: jiff::Timestamp::UNIX_EPOCH,
            author: Some("ann".to_owned()),
            merged_by: None,
            labels: vec!["bug".to_owned(), "good first issue".to_owned()],
        }
    }

    #[test]
    fn the_loud_comes_first_and_nobody_is_called() {
        let body = Body {
            compare: vec!["https://github.com/up/hub/compare/a...b".parse().unwrap()],
            loud: vec!["JupyterHub inside changes from 3.3.7 to 4.0.0".to_owned()],
            merged: vec![merged(9, "Mend [it] <script> @everyone"), merged(7, "Fix `x_y`")],
            commits: Some(6),
            releases: vec![ReleaseNotes {
                tag: "4.0.0".to_owned(),
                url: "https://github.com/up/hub/releases/tag/4.0.0".to_owned(),
                text: "Thanks @ann!\n\n</details> <!-- hidden -->".to_owned(),
            }],
            places: vec!["`hub/Chart.yaml:6:14`: a -> b".to_owned()],
            notes: vec!["hub a is marked as deprecated: let through by `--allow deprecated`".to_owned()],
        };
        insta::assert_snapshot!(body.text());
    }

    #[test]
    fn a_very_long_list_is_cut_and_says_so() {
        let body = Body {
            merged: (0..2000).map(|at| merged(at, "A title of some length, as they are")).collect(),
            ..Body::default()
        };
        let text = body.text();
        assert!(text.len() < LONGEST, "{}", text.len());
        let last = text.lines().next_back().unwrap();
        assert!(last.starts_with("- and 1") && last.ends_with(" more"), "{last}");
    }
}
